package dev.holdfast.server.id;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Makes UUIDv7: 48 bits of milliseconds, then randomness. Thread-safe if the generator is.
public final class IdSource {
    private final InstantSource clock;
    private final RandomGenerator random;

    public IdSource(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public String next() {
        long high = clock.millis() << 16 | 0x7000 | random.nextLong() >>> 52;
        long low = 0x8000_0000_0000_0000L | random.nextLong() >>> 2;
        return new UUID(high, low).toString();
    }

    /// Whether the text is a UUID as this class and the agents print it: canonical, lower case.
    public static boolean isUuid(String text) {
        return text.length() == 36
                && text.matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    }

    /// Whether the text may be the beginning of an id; such a text has no meaning in a LIKE
    /// pattern.
    public static boolean isPrefix(String text) {
        return text.matches("[0-9a-f-]{1,36}");
    }
}
