package dev.holdfast.server.rpc;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// So many calls at once from one address, then one more per interval. Thread-safe and bounded.
final class RateLimit {
    private static final int MOST_ADDRESSES = 10_000;

    private final InstantSource clock;
    private final int burst;
    private final long intervalMillis;
    // the moment at which the address has its whole burst again
    private final Map<String, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true);

    RateLimit(InstantSource clock, int burst, Duration interval) {
        this.clock = clock;
        this.burst = burst;
        this.intervalMillis = interval.toMillis();
    }

    synchronized boolean allows(String address) {
        long now = clock.millis();
        long full = Math.max(now, fullAt.getOrDefault(address, now)) + intervalMillis;
        if (full - now > burst * intervalMillis) {
            return false;
        }
        fullAt.put(address, full);
        if (fullAt.size() > MOST_ADDRESSES) {
            fullAt.remove(fullAt.keySet().iterator().next());
        }
        return true;
    }
}
