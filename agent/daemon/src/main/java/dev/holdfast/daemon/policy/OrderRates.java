package dev.holdfast.daemon.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/// Counts orders of one kind in the hour that just passed. Thread-safe.
final class OrderRates {
    private static final Duration WINDOW = Duration.ofHours(1);

    private final int perHour;
    private final InstantSource clock;

    @GuardedBy("this")
    private final Deque<Instant> admitted = new ArrayDeque<>();

    OrderRates(int perHour, InstantSource clock) {
        this.perHour = perHour;
        this.clock = clock;
    }

    int perHour() {
        return perHour;
    }

    /// Takes a place in this hour, where one is left.
    synchronized boolean tryAcquire() {
        Instant now = clock.instant();
        while (!admitted.isEmpty() && !admitted.getFirst().plus(WINDOW).isAfter(now)) {
            admitted.removeFirst();
        }
        if (admitted.size() >= perHour) return false;
        admitted.addLast(now);
        return true;
    }
}
