package dev.holdfast.engine.id;

/// Name of a snapshot file: the hash of its stored bytes (repository format, section 1).
public record SnapshotId(Sha256 hash) implements Comparable<SnapshotId> {
    /// Parses 64 lower-case hex digits.
    ///
    /// @throws IllegalArgumentException for any other text
    public static SnapshotId parse(String hex) {
        return new SnapshotId(Sha256.parse(hex));
    }

    @Override
    public int compareTo(SnapshotId other) {
        return hash.compareTo(other.hash);
    }

    /// The 64 hex digits.
    @Override
    public String toString() {
        return hash.toString();
    }
}
