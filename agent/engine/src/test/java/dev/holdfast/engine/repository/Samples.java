package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.chunker.Polynomial;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.id.BlobId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Repositories and contents for tests: cheap key derivation, short waits.
public final class Samples {
    /// Cheap enough for thousands of openings.
    public static final ScryptParameters SCRYPT = new ScryptParameters(1024, 8, 1);

    /// Version 2 with a fixed polynomial.
    public static final RepositoryOptions OPTIONS =
            new RepositoryOptions(2, Optional.of(new Polynomial(0x3DA3358B4DC173L)), SCRYPT);

    static final LockTiming FAST_LOCKS =
            new LockTiming(
                    Duration.ofMillis(2),
                    Duration.ofMinutes(5),
                    Duration.ofMillis(1),
                    Duration.ofMinutes(22),
                    List.of(Duration.ofMillis(1), Duration.ofMillis(2)));

    private Samples() {}

    public static Secret password() {
        return Secret.of("correct horse".getBytes(StandardCharsets.UTF_8));
    }

    public static RepositoryContext context() {
        return context(InstantSource.fixed(Instant.parse("2026-11-22T06:14:31.639367524Z")));
    }

    public static RepositoryContext context(InstantSource clock) {
        return new RepositoryContext(clock, new SecureRandom(), "host", "user");
    }

    public static Repository init(Backend backend) throws IOException, InterruptedException {
        Repository.init(backend, password(), OPTIONS, context());
        return open(backend);
    }

    public static Repository open(Backend backend) throws IOException, InterruptedException {
        return Repository.open(backend, password(), context(), FAST_LOCKS);
    }

    /// Bytes that compress to about half, the same for each seed.
    public static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] &= 0x0f;
        }
        return bytes;
    }

    public static BlobId idOf(byte[] bytes) {
        return new BlobId(new Hasher().hash(bytes, 0, bytes.length));
    }
}
