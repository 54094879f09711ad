package dev.holdfast.server.enrollment;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Permission for hosts to become agents. `authHash` is the hash of what they must show.
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record EnrollmentToken(
        String id,
        byte[] authHash,
        Instant createdAt,
        Instant expiresAt,
        long uses,
        long used,
        Map<String, String> labels,
        String hostName,
        Optional<Instant> revokedAt) {
    public EnrollmentToken {
        labels = Map.copyOf(labels);
    }
}
