package dev.holdfast.server.fleet;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A host that enrolled. `binding` and `identityKeyHash` are those of the enrollment: with them the
/// client that made the token checks `sealingKey`. `policy` is the host's own document, as it sent
/// it.
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record Agent(
        String id,
        String name,
        HostFacts facts,
        Map<String, String> labels,
        byte[] sealingKey,
        byte[] binding,
        String tokenId,
        byte[] identityKeyHash,
        Instant certificateExpiresAt,
        Instant enrolledAt,
        Optional<Instant> lastSeenAt,
        Optional<Instant> revokedAt,
        byte[] policy) {
    public Agent {
        labels = Map.copyOf(labels);
    }

    public boolean isRevoked() {
        return revokedAt.isPresent();
    }

    Agent lastSeen(Optional<Instant> at) {
        return new Agent(
                id,
                name,
                facts,
                labels,
                sealingKey,
                binding,
                tokenId,
                identityKeyHash,
                certificateExpiresAt,
                enrolledAt,
                at,
                revokedAt,
                policy);
    }
}
