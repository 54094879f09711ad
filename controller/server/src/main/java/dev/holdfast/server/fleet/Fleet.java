package dev.holdfast.server.fleet;

import dev.holdfast.server.database.Database;
import dev.holdfast.server.enrollment.CertificateAuthority;
import dev.holdfast.server.enrollment.CertificateRequest;
import dev.holdfast.server.enrollment.EnrollmentToken;
import dev.holdfast.server.enrollment.Tokens;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.id.IdSource;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The agents of this installation. Thread-safe.
public final class Fleet {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    private static final int NAME_ATTEMPTS = 20;

    private final Database database;
    private final AgentStore store = new AgentStore();
    private final Tokens tokens;
    private final CertificateAuthority authority;
    private final Links links;
    private final IdSource ids;
    private final InstantSource clock;
    // not yet written to the database
    private final Map<String, Instant> seen = new ConcurrentHashMap<>();

    public Fleet(
            Database database,
            Tokens tokens,
            CertificateAuthority authority,
            Links links,
            IdSource ids,
            InstantSource clock) {
        this.database = database;
        this.tokens = tokens;
        this.authority = authority;
        this.links = links;
        this.ids = ids;
        this.clock = clock;
    }

    /// Token use and new agent are one transaction: a use is never lost to a crash or a failure.
    public Enrolled enroll(Application application, String from) throws RequestException {
        for (int attempt = 1; ; attempt++) {
            try {
                Agent agent =
                        database.<Agent, RequestException>write(
                                handle -> admit(handle, application, from));
                X509Certificate certificate =
                        authority.issueAgent(agent.id(), application.certificate().key());
                LOG.atInfo()
                        .addKeyValue("agent", agent.name())
                        .addKeyValue("id", agent.id())
                        .addKeyValue("token", agent.tokenId())
                        .addKeyValue("from", from)
                        .log("agent enrolled");
                return new Enrolled(
                        agent.id(), agent.name(), List.of(certificate, authority.certificate()));
            } catch (JdbiException e) {
                // two hosts of one name at the same moment: the second looks for a name again
                if (attempt >= NAME_ATTEMPTS || !Database.isUniqueViolation(e)) {
                    throw e;
                }
            }
        }
    }

    private Agent admit(Handle handle, Application application, String from)
            throws RequestException {
        EnrollmentToken token =
                tokens.use(
                        handle,
                        application.tokenId(),
                        application.auth(),
                        application.facts().hostName(),
                        from);
        Instant now = clock.instant();
        var agent =
                new Agent(
                        ids.next(),
                        freeName(handle, application.facts().hostName()),
                        application.facts(),
                        token.labels(),
                        application.sealingKey(),
                        application.binding(),
                        token.id(),
                        application.certificate().keyHash(),
                        now.plus(CertificateAuthority.AGENT_LIFETIME),
                        now,
                        Optional.empty(),
                        Optional.empty(),
                        new byte[0]);
        store.insert(handle, agent);
        return agent;
    }

    private String freeName(Handle handle, String hostName) {
        String name = hostName;
        for (int number = 2; store.hasName(handle, name); number++) {
            name = hostName + "-" + number;
        }
        return name;
    }

    public Enrolled renew(String agentId, CertificateRequest request) throws RequestException {
        Agent agent = active(agentId);
        X509Certificate certificate = authority.issueAgent(agentId, request.key());
        Instant expires = certificate.getNotAfter().toInstant();
        database.write(
                handle -> {
                    store.renewed(handle, agentId, expires);
                    return true;
                });
        LOG.atInfo().addKeyValue("agent", agent.name()).log("certificate renewed");
        return new Enrolled(agentId, agent.name(), List.of(certificate, authority.certificate()));
    }

    /// The agent with this id, unless it was revoked.
    public Agent active(String agentId) throws RequestException {
        Optional<Agent> agent = database.read(handle -> store.find(handle, agentId));
        if (agent.isEmpty()) {
            throw RequestException.of(
                    FailureCode.CERT_REVOKED,
                    "this controller does not know agent " + agentId,
                    "enroll the host again with a new token");
        }
        if (agent.get().isRevoked()) {
            throw RequestException.of(
                    FailureCode.CERT_REVOKED,
                    "agent " + agent.get().name() + " was revoked",
                    "enroll the host again with a new token");
        }
        return agent.get();
    }

    /// By name, id, or unique prefix of the id.
    public Agent get(String nameOrId) throws RequestException {
        if (nameOrId.isEmpty()) {
            throw RequestException.invalid("agent", "is missing");
        }
        List<Agent> found =
                database.read(
                        handle -> {
                            Optional<Agent> named = store.findByName(handle, nameOrId);
                            return named.isPresent()
                                    ? List.of(named.get())
                                    : store.findByPrefix(handle, nameOrId);
                        });
        if (found.isEmpty()) {
            throw RequestException.of(
                    FailureCode.NOT_FOUND,
                    "no agent " + nameOrId,
                    "list them: holdfast agent list");
        }
        if (found.size() > 1) {
            throw RequestException.of(
                    FailureCode.CONFLICT,
                    "several agents have an id that begins with " + nameOrId,
                    "give more of the id");
        }
        return current(found.getFirst());
    }

    /// As [#get], for new work: an agent that was revoked is refused.
    public Agent getActive(String nameOrId) throws RequestException {
        Agent agent = get(nameOrId);
        if (agent.isRevoked()) {
            throw RequestException.of(
                    FailureCode.CONFLICT,
                    "agent " + agent.name() + " was revoked",
                    "enroll the host again with a new token");
        }
        return agent;
    }

    public List<Agent> list() {
        return database.read(store::list).stream().map(this::current).toList();
    }

    /// Takes the agent's certificates out of force and ends its stream.
    public Agent revoke(String nameOrId, String operator) throws RequestException {
        Agent agent = get(nameOrId);
        Instant now = clock.instant();
        if (database.write(handle -> store.revoke(handle, agent.id(), now))) {
            LOG.atWarn()
                    .addKeyValue("agent", agent.name())
                    .addKeyValue("id", agent.id())
                    .addKeyValue("by", operator)
                    .log("agent revoked");
        }
        links.cut(agent.id(), Links.Cut.REVOKED);
        return get(agent.id());
    }

    /// The agent opened a stream and said what it is.
    public void greeted(String agentId, HostFacts facts, byte[] policy) {
        Instant now = clock.instant();
        database.write(
                handle -> {
                    store.greeted(handle, agentId, facts, policy, now);
                    return true;
                });
    }

    public void seen(String agentId) {
        seen.put(agentId, clock.instant());
    }

    /// Writes down when agents were last seen, all in one transaction.
    public void flushSeen() {
        var batch = new HashMap<>(seen);
        if (batch.isEmpty()) {
            return;
        }
        database.write(
                handle -> {
                    store.seen(handle, batch);
                    return true;
                });
        batch.forEach(seen::remove);
    }

    private Agent current(Agent agent) {
        Instant latest = seen.get(agent.id());
        return latest == null ? agent : agent.lastSeen(Optional.of(latest));
    }
}
