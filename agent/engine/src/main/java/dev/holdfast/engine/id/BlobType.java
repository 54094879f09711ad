package dev.holdfast.engine.id;

/// The two kinds of blob. The same bytes stored as both kinds are two blobs (repository format,
/// section 1).
public enum BlobType {
    /// A chunk of a file's content.
    DATA("data"),
    /// The listing of one directory.
    TREE("tree");

    private final String label;

    BlobType(String label) {
        this.label = label;
    }

    /// The word that index files use.
    public String label() {
        return label;
    }
}
