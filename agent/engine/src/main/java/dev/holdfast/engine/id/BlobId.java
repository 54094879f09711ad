package dev.holdfast.engine.id;

/// Name of a blob: the hash of its plaintext, uncompressed (repository format, section 1).
public record BlobId(Sha256 hash) implements Comparable<BlobId> {
    /// Parses 64 lower-case hex digits.
    ///
    /// @throws IllegalArgumentException for any other text
    public static BlobId parse(String hex) {
        return new BlobId(Sha256.parse(hex));
    }

    @Override
    public int compareTo(BlobId other) {
        return hash.compareTo(other.hash);
    }

    /// The 64 hex digits.
    @Override
    public String toString() {
        return hash.toString();
    }
}
