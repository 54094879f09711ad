package dev.holdfast.engine.backend;

import java.time.Duration;

/// How long a failed operation is tried again.
///
/// @param delayMin shortest pause between two tries
/// @param delayMax longest pause
/// @param budget no try starts later than this after the first one; there is always one more try
public record RetryPolicy(Duration delayMin, Duration delayMax, Duration budget) {
    /// As restic: from one second to one minute, for fifteen minutes.
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMinutes(15));

    public RetryPolicy {
        if (!delayMin.isPositive() || delayMax.compareTo(delayMin) < 0 || budget.isNegative()) {
            throw new IllegalArgumentException(
                    "no way to retry: " + delayMin + " to " + delayMax + " for " + budget);
        }
    }
}
