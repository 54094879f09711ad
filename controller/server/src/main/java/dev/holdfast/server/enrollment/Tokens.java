package dev.holdfast.server.enrollment;

import dev.holdfast.server.database.Database;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rules of enrollment tokens: how they are made, revoked and used up.
public final class Tokens {
    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int MOST_USES = 100_000;

    private final Database database;
    private final TokenStore store = new TokenStore();
    private final InstantSource clock;

    public Tokens(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    public EnrollmentToken create(
            String id,
            byte[] authHash,
            Duration lifetime,
            long uses,
            Map<String, String> labels,
            String hostName)
            throws RequestException {
        if (!id.matches("[0-9a-f]{16}")) {
            throw RequestException.invalid("id", "16 hexadecimal digits in lower case are needed");
        }
        if (authHash.length != 32) {
            throw RequestException.invalid("auth_hash", "a SHA-256 hash (32 bytes) is needed");
        }
        if (!lifetime.isPositive() || lifetime.compareTo(LONGEST) > 0) {
            throw RequestException.invalid("ttl", "must be more than 0 and at most 30 days");
        }
        if (uses < 1 || uses > MOST_USES) {
            throw RequestException.invalid("uses", "must be between 1 and " + MOST_USES);
        }
        Instant now = clock.instant();
        var token =
                new EnrollmentToken(
                        id,
                        authHash,
                        now,
                        now.plus(lifetime),
                        uses,
                        0,
                        labels,
                        hostName,
                        Optional.empty());
        try {
            return database.write(
                    handle -> {
                        store.insert(handle, token);
                        return store.find(handle, id).orElseThrow();
                    });
        } catch (JdbiException e) {
            if (Database.isUniqueViolation(e)) {
                throw RequestException.of(
                        FailureCode.CONFLICT,
                        "there is already an enrollment token " + id,
                        "make a new token");
            }
            throw e;
        }
    }

    public List<EnrollmentToken> list() {
        return database.read(store::list);
    }

    public void revoke(String id) throws RequestException {
        Instant now = clock.instant();
        if (!database.write(handle -> store.revoke(handle, id, now))) {
            throw RequestException.of(
                    FailureCode.NOT_FOUND,
                    "no enrollment token " + id,
                    "list them: holdfast token list");
        }
    }

    /// Takes one use of the token inside the caller's transaction, or refuses. The caller learns
    /// that the token was refused; the log says why.
    public EnrollmentToken use(Handle handle, String id, byte[] auth, String hostName, String from)
            throws RequestException {
        Optional<EnrollmentToken> found = store.find(handle, id);
        byte[] expected = found.isPresent() ? found.get().authHash() : new byte[32];
        boolean proven = MessageDigest.isEqual(expected, sha256(auth));
        if (found.isEmpty() || !proven) {
            throw refused(id, hostName, from, "unknown token or wrong secret");
        }
        EnrollmentToken token = found.get();
        if (!token.hostName().isEmpty() && !token.hostName().equalsIgnoreCase(hostName)) {
            throw refused(id, hostName, from, "the token is for host " + token.hostName());
        }
        Instant now = clock.instant();
        if (!store.use(handle, id, now)) {
            String why =
                    token.revokedAt().isPresent()
                            ? "the token was revoked"
                            : token.expiresAt().isAfter(now)
                                    ? "the token was used up before; somebody may have a copy of it"
                                    : "the token expired";
            throw refused(id, hostName, from, why);
        }
        return token;
    }

    private static RequestException refused(String id, String hostName, String from, String why) {
        LOG.atWarn()
                .addKeyValue("token", printable(id))
                .addKeyValue("host", printable(hostName))
                .addKeyValue("from", from)
                .addKeyValue("why", why)
                .log("enrollment refused");
        return RequestException.of(
                FailureCode.TOKEN_REFUSED,
                "the enrollment token is not valid (unknown, expired, revoked or used up)",
                "make a new one: holdfast token create");
    }

    private static String printable(String claimed) {
        String text = claimed.replaceAll("[^\\x21-\\x7e]", "?");
        return text.length() > 64 ? text.substring(0, 64) : text;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
