package dev.holdfast.engine.id;

/// Name of a pack file: the hash of its stored bytes (repository format, section 1).
public record PackId(Sha256 hash) implements Comparable<PackId> {
    /// Parses 64 lower-case hex digits.
    ///
    /// @throws IllegalArgumentException for any other text
    public static PackId parse(String hex) {
        return new PackId(Sha256.parse(hex));
    }

    @Override
    public int compareTo(PackId other) {
        return hash.compareTo(other.hash);
    }

    /// The 64 hex digits.
    @Override
    public String toString() {
        return hash.toString();
    }
}
