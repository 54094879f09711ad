package dev.holdfast.engine.id;

/// Name of a tree: the hash of its plaintext, which is a blob of type tree (repository format,
/// section 11).
public record TreeId(Sha256 hash) implements Comparable<TreeId> {
    /// The tree as a blob.
    public BlobId blob() {
        return new BlobId(hash);
    }

    /// Parses 64 lower-case hex digits.
    ///
    /// @throws IllegalArgumentException for any other text
    public static TreeId parse(String hex) {
        return new TreeId(Sha256.parse(hex));
    }

    @Override
    public int compareTo(TreeId other) {
        return hash.compareTo(other.hash);
    }

    /// The 64 hex digits.
    @Override
    public String toString() {
        return hash.toString();
    }
}
