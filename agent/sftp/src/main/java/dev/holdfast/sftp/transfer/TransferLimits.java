package dev.holdfast.sftp.transfer;

import java.time.Duration;

/// How much may be under way, and how long an answer may take.
///
/// @param requestsInFlight of one file
/// @param requestTimeout for an answer, on top of the time its bytes need
public record TransferLimits(int requestsInFlight, Duration requestTimeout) {
    /// A link slower than this is taken for dead: 16 KiB/s.
    private static final long RATE_MIN = 16 << 10;

    Duration timeoutFor(long bytes) {
        return requestTimeout.plusSeconds(bytes / RATE_MIN);
    }
}
