package dev.holdfast.engine.repository;

import java.time.Duration;
import java.util.List;

/// The times of the locking protocol (repository format, section 13).
///
/// @param settle between writing a lock and looking whether somebody else wrote one too
/// @param refresh age at which a lock is refreshed
/// @param tick how often the age is looked at; a fraction of `refresh`, since a suspended machine
///   does not count the time it sleeps
/// @param expiry age at which nothing may be written any more; before the half hour after which
///   others take a lock for dead, with time for what is under way
/// @param unreadable pauses between the tries of a lock that cannot be read
record LockTiming(
        Duration settle,
        Duration refresh,
        Duration tick,
        Duration expiry,
        List<Duration> unreadable) {
    static final LockTiming DEFAULT =
            new LockTiming(
                    Duration.ofMillis(200),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(22 * 60 + 30),
                    List.of(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20)));
}
