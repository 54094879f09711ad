package dev.holdfast.sftp;

import java.time.Duration;

/// How hard a backend may use a server.
///
/// @param connectionsMax SSH connections held at most; one more carries listings and locks only
///   when it is 2 or more
/// @param requestsInFlight SFTP requests under way at once for one file
/// @param requestTimeout how long a request may stay unanswered, on top of the time its bytes need
/// @param idleTimeout an unused connection is closed after this, so that disks may spin down
/// @param retryBudget how long a dropped connection is tried again before the operation fails
public record SftpTuning(
        int connectionsMax,
        int requestsInFlight,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration retryBudget) {
    private static final int CONNECTIONS_LIMIT = 16;
    private static final int REQUESTS_LIMIT = 256;

    /// Two bulk connections and one for small traffic; 32 requests cover a link of 20 ms.
    public static final SftpTuning DEFAULT =
            new SftpTuning(
                    3, 32, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMinutes(2));

    public SftpTuning {
        if (connectionsMax < 1 || connectionsMax > CONNECTIONS_LIMIT) {
            throw new IllegalArgumentException(
                    "connections must be 1 to " + CONNECTIONS_LIMIT + ", not " + connectionsMax);
        }
        if (requestsInFlight < 1 || requestsInFlight > REQUESTS_LIMIT) {
            throw new IllegalArgumentException(
                    "requests in flight must be 1 to "
                            + REQUESTS_LIMIT
                            + ", not "
                            + requestsInFlight);
        }
        requirePositive(requestTimeout, "request timeout");
        requirePositive(idleTimeout, "idle timeout");
        if (retryBudget.isNegative()) {
            throw new IllegalArgumentException("retry budget must not be negative");
        }
    }

    private static void requirePositive(Duration value, String name) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
