package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.json.Timestamp;

/// What one backup did, as its snapshot records it (repository format, section 10).
///
/// @param dataBlobs data blobs that were new
/// @param treeBlobs tree blobs that were new
/// @param dataAdded bytes of the new blobs before compression
/// @param dataAddedPacked bytes they take in the repository
/// @param totalBytesProcessed sum of the sizes of all files
public record SnapshotSummary(
        Timestamp backupStart,
        Timestamp backupEnd,
        long filesNew,
        long filesChanged,
        long filesUnmodified,
        long dirsNew,
        long dirsChanged,
        long dirsUnmodified,
        long dataBlobs,
        long treeBlobs,
        long dataAdded,
        long dataAddedPacked,
        long totalFilesProcessed,
        long totalBytesProcessed) {}
