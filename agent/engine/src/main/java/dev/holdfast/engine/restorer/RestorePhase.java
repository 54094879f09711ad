package dev.holdfast.engine.restorer;

/// The steps of a restore, in order.
public enum RestorePhase {
    /// Reads the trees.
    PLAN,
    /// Makes directories.
    DIRECTORIES,
    /// Compares with what is there.
    COMPARE,
    /// Reads packs and writes files.
    CONTENT,
    /// Makes hard links, special files and symbolic links.
    LINKS,
    /// Sets the metadata of directories.
    METADATA,
    /// Reads back what was written.
    VERIFY
}
