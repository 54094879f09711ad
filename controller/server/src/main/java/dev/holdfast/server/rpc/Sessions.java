package dev.holdfast.server.rpc;

import dev.holdfast.server.fleet.Links;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The live session of each connected agent. Thread-safe.
public final class Sessions implements Links {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final ConcurrentMap<String, Session> live = new ConcurrentHashMap<>();

    /// Makes this the agent's session. An earlier one is cut: two streams of one identity are
    /// either a reconnect that was faster than our notice of the loss, or a copied host.
    void register(Session session) {
        Session before = live.put(session.agentId(), session);
        if (before != null) {
            LOG.atWarn()
                    .addKeyValue("agent", session.agentId())
                    .addKeyValue("from", session.address())
                    .addKeyValue("before", before.address())
                    .log("a second connection of an agent replaces the first");
            before.cut(Cut.REPLACED);
        }
    }

    /// Whether the session was the agent's current one, and the agent is now not connected.
    boolean remove(Session session) {
        return live.remove(session.agentId(), session);
    }

    Optional<Session> find(String agentId) {
        return Optional.ofNullable(live.get(agentId));
    }

    /// Cuts sessions that have not sent anything for so long.
    public void cutSilent(Instant now, Duration silence) {
        for (Session session : live.values()) {
            if (session.heardAt().plus(silence).isBefore(now)) {
                session.cut(Cut.SILENT);
            }
        }
    }

    /// Tells every agent that the controller stops.
    public void cutAll() {
        List.copyOf(live.values()).forEach(session -> session.cut(Cut.SHUTDOWN));
    }

    @Override
    public boolean isConnected(String agentId) {
        return live.containsKey(agentId);
    }

    @Override
    public Set<String> connected() {
        return Set.copyOf(live.keySet());
    }

    @Override
    public boolean sendOrder(String agentId, long seq, byte[] order) {
        return find(agentId).map(session -> session.sendOrder(seq, order)).orElse(false);
    }

    @Override
    public boolean sendCancel(String agentId, long seq, String taskId) {
        return find(agentId).map(session -> session.sendCancel(seq, taskId)).orElse(false);
    }

    @Override
    public void cut(String agentId, Cut why) {
        find(agentId).ifPresent(session -> session.cut(why));
    }
}
