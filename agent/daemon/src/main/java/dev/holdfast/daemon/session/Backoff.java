package dev.holdfast.daemon.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Pauses between tries: decorrelated jitter, so that a fleet that lost its controller does not
/// come back as one. Not thread-safe.
public final class Backoff {
    private final Duration min;
    private final Duration max;
    private final RandomGenerator random;
    private Duration last;

    public Backoff(Duration min, Duration max, RandomGenerator random) {
        if (min.isNegative() || min.isZero() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException("pauses from " + min + " to " + max);
        }
        this.min = min;
        this.max = max;
        this.random = random;
        this.last = min;
    }

    /// The next pause: between the shortest one and three times the last one.
    Duration next() {
        long low = min.toMillis();
        long high = Math.max(low + 1, Math.min(max.toMillis(), 3 * last.toMillis()));
        last = Duration.ofMillis(random.nextLong(low, high + 1));
        return last;
    }

    void reset() {
        last = min;
    }
}
