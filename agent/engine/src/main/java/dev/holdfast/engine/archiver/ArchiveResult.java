package dev.holdfast.engine.archiver;

import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.repository.UploadCounts;
import dev.holdfast.engine.snapshot.Snapshot;

import java.util.List;

/// A backup that was written and read back.
///
/// @param failures the first items that were left out or are incomplete, at most
///   [Archiver#FAILURES_MAX]
/// @param failureCount how many there were in all; 0 for a complete backup
public record ArchiveResult(
        SnapshotId id,
        Snapshot snapshot,
        UploadCounts counts,
        List<ItemOutcome> failures,
        long failureCount) {
    public ArchiveResult {
        failures = List.copyOf(failures);
    }

    /// Whether everything that was asked for is in the snapshot.
    public boolean isComplete() {
        return failureCount == 0;
    }
}
