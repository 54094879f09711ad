package dev.holdfast.server.account;

import dev.holdfast.server.database.Database;
import dev.holdfast.server.file.StateFiles;

import org.jdbi.v3.core.Handle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Operator tokens `hfo_<id>_<secret>`: made here, stored as hashes, checked in constant time.
public final class Operators {
    private static final Pattern TOKEN = Pattern.compile("hfo_([0-9a-f]{16})_([A-Za-z0-9_-]{43})");
    private static final byte[] NOBODY = new byte[32];

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random;

    public Operators(Database database, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    /// The first operator's token. Where the database has none yet, the file's token is taken, or a
    /// new one is made and the file written first, so that a crash in between loses nothing.
    public void ensureFirst(Path file) throws IOException {
        if (database.read(Operators::count) > 0) {
            return;
        }
        Optional<String> token = Files.exists(file) ? readToken(file) : Optional.empty();
        String chosen;
        if (token.isPresent()) {
            chosen = token.get();
        } else {
            chosen = newToken();
            StateFiles.writePrivate(file, (chosen + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        Matcher parts = TOKEN.matcher(chosen);
        if (!parts.matches()) {
            throw new IOException("not an operator token: " + file);
        }
        database.write(
                handle ->
                        handle.createUpdate(
                                        "INSERT INTO operator_token"
                                                + " (id, name, secret_hash, created_at)"
                                                + " VALUES (:id, :name, :hash, :now)")
                                .bind("id", parts.group(1))
                                .bind("name", "first operator")
                                .bind("hash", hash(parts.group(2)))
                                .bind("now", clock.millis())
                                .execute());
    }

    /// The name of the operator who holds this token, if it is good.
    public Optional<String> verify(String token) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Optional<Stored> stored = database.read(handle -> find(handle, parts.group(1)));
        byte[] expected = stored.isPresent() ? stored.get().hash() : NOBODY;
        boolean same = MessageDigest.isEqual(expected, hash(parts.group(2)));
        return same ? stored.map(Stored::name) : Optional.empty();
    }

    @SuppressWarnings("ArrayRecordComponent") // never changed after construction
    private record Stored(String name, byte[] hash) {}

    private static Optional<Stored> find(Handle handle, String id) {
        return handle.createQuery(
                        "SELECT name, secret_hash FROM operator_token"
                                + " WHERE id = :id AND revoked_at IS NULL")
                .bind("id", id)
                .map(
                        (row, context) ->
                                new Stored(row.getString("name"), row.getBytes("secret_hash")))
                .findOne();
    }

    private static long count(Handle handle) {
        return handle.createQuery("SELECT count(*) FROM operator_token").mapTo(Long.class).one();
    }

    private static Optional<String> readToken(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return TOKEN.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    private String newToken() {
        byte[] id = new byte[8];
        byte[] secret = new byte[32];
        random.nextBytes(id);
        random.nextBytes(secret);
        return "hfo_"
                + HexFormat.of().formatHex(id)
                + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
