package dev.holdfast.sftp;

/// Which kind of traffic an operation is.
enum Lane {
    /// Listings, locks and other small files: has a connection of its own, so that it never waits
    /// behind packs.
    CONTROL,
    /// Packs and indexes.
    BULK
}
