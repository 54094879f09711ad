package dev.holdfast.engine.maintenance;

/// How far a check has come.
///
/// @param done snapshots, trees or packs of the phase
/// @param total how many there are; 0 where that is unknown, as with trees
/// @param bytes of packs read
/// @param bytesTotal of packs to be read
/// @param errors found so far
public record CheckProgress(
        Phase phase, long done, long total, long bytes, long bytesTotal, long errors) {
    /// What is being done.
    public enum Phase {
        /// Loading snapshots and index, listing packs.
        LISTING,
        /// Following the trees of all snapshots.
        TREES,
        /// Reading packs.
        PACKS
    }
}
