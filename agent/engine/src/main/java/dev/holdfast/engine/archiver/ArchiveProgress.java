package dev.holdfast.engine.archiver;

/// How far a backup has come.
///
/// @param files files looked at
/// @param bytes sum of their sizes
/// @param bytesRead bytes that had to be read
/// @param failures items with an outcome to report
/// @param filesExpected files of the parent snapshot, to estimate from; 0 where unknown
/// @param bytesExpected bytes of the parent snapshot; 0 where unknown
/// @param current the item at hand for people; empty between phases
public record ArchiveProgress(
        Phase phase,
        long files,
        long directories,
        long bytes,
        long bytesRead,
        long failures,
        long filesExpected,
        long bytesExpected,
        String current) {
    /// What is being done.
    public enum Phase {
        /// Looking for the parent snapshot.
        PREPARING,
        /// Walking, reading and storing.
        READING,
        /// Storing the last packs and the index.
        FINISHING,
        /// Writing the snapshot and reading it back.
        VERIFYING
    }
}
