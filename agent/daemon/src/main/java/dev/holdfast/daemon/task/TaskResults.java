package dev.holdfast.daemon.task;

import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.daemon.operation.BackupOperation;
import dev.holdfast.daemon.operation.RestoreOperation;
import dev.holdfast.engine.archiver.ArchiveResult;
import dev.holdfast.engine.archiver.ItemOutcome;
import dev.holdfast.engine.repository.UploadCounts;
import dev.holdfast.engine.restorer.ItemFailure;
import dev.holdfast.engine.restorer.RestoreResult;
import dev.holdfast.engine.snapshot.SnapshotSummary;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.TaskResult;

/// What operations did, in the words of the wire.
final class TaskResults {
    /// Items listed in a result; all are counted.
    static final int ITEMS_MAX = 100;

    /// Texts of one item are cut here, so that a result stays far below a record's limit.
    private static final int TEXT_MAX = 4096;

    private TaskResults() {}

    static TaskResult.Builder of(BackupOperation.Outcome outcome) {
        ArchiveResult result = outcome.result();
        TaskResult.Builder wire =
                TaskResult.newBuilder()
                        .setOutcome(
                                result.isComplete()
                                        ? TaskResult.Outcome.SUCCEEDED
                                        : TaskResult.Outcome.SUCCEEDED_WITH_WARNINGS)
                        .setSnapshotId(result.id().toString())
                        .setRepositoryId(outcome.repositoryId())
                        .setDurability(durability(outcome.durable()))
                        .setCounts(counts(result))
                        .setItemsFailed(result.failureCount());
        result.failures().stream().limit(ITEMS_MAX).forEach(item -> wire.addFailedItems(of(item)));
        if (!result.isComplete()) {
            wire.setFailure(
                    FailureReport.of(
                                    Failure.Code.SOURCE_UNREADABLE,
                                    result.failureCount()
                                            + " items could not be read or are incomplete",
                                    "see the list of items; all else is in the snapshot")
                            .toProto());
        }
        return wire;
    }

    private static TaskResult.Counts counts(ArchiveResult result) {
        UploadCounts added = result.counts();
        TaskResult.Counts.Builder counts =
                TaskResult.Counts.newBuilder()
                        .setDataBlobs(added.dataBlobs())
                        .setTreeBlobs(added.treeBlobs())
                        .setBytesAdded(added.plaintextBytes())
                        .setBytesAddedPacked(added.packedBytes());
        if (result.snapshot().summary().isPresent()) {
            SnapshotSummary summary = result.snapshot().summary().get();
            counts.setFilesNew(summary.filesNew())
                    .setFilesChanged(summary.filesChanged())
                    .setFilesUnmodified(summary.filesUnmodified())
                    .setDirsNew(summary.dirsNew())
                    .setDirsChanged(summary.dirsChanged())
                    .setDirsUnmodified(summary.dirsUnmodified())
                    .setFilesProcessed(summary.totalFilesProcessed())
                    .setBytesProcessed(summary.totalBytesProcessed());
        }
        return counts.build();
    }

    private static dev.holdfast.proto.v1.ItemFailure of(ItemOutcome item) {
        Failure.Code code =
                switch (item.kind()) {
                    case TARGET_MISSING -> Failure.Code.PATH_MISSING;
                    case PERMISSION_DENIED -> Failure.Code.PERMISSION_DENIED;
                    case KIND_CHANGED -> Failure.Code.SOURCE_CHANGED;
                    case UNREADABLE, UNSUPPORTED, METADATA_INCOMPLETE ->
                            Failure.Code.SOURCE_UNREADABLE;
                    case PARENT_DAMAGED -> Failure.Code.REPOSITORY_CORRUPT;
                };
        return dev.holdfast.proto.v1.ItemFailure.newBuilder()
                .setItem(cut(item.path()))
                .setDuring("archival")
                .setFailure(FailureReport.of(code, cut(item.message()), cut(item.hint())).toProto())
                .build();
    }

    static TaskResult.Builder of(RestoreOperation.Outcome outcome) {
        RestoreResult result = outcome.result();
        TaskResult.Builder wire =
                TaskResult.newBuilder()
                        .setOutcome(
                                result.complete()
                                        ? TaskResult.Outcome.SUCCEEDED
                                        : TaskResult.Outcome.SUCCEEDED_WITH_WARNINGS)
                        .setSnapshotId(outcome.snapshot().id().toString())
                        .setRepositoryId(outcome.repositoryId())
                        .setCounts(
                                TaskResult.Counts.newBuilder()
                                        .setFilesRestored(result.files())
                                        .setBytesRestored(result.bytes()))
                        .setItemsFailed(result.failureCount());
        result.failures().stream().limit(ITEMS_MAX).forEach(item -> wire.addFailedItems(of(item)));
        if (!result.complete()) {
            wire.setFailure(
                    FailureReport.of(
                                    Failure.Code.RESTORE_INCOMPLETE,
                                    result.failureCount()
                                            + " items are missing or incomplete in the target",
                                    "see the list of items; the same restore again goes on there")
                            .toProto());
        }
        return wire;
    }

    private static dev.holdfast.proto.v1.ItemFailure of(ItemFailure item) {
        return dev.holdfast.proto.v1.ItemFailure.newBuilder()
                .setItem(cut(item.path()))
                .setDuring("restore")
                .setFailure(
                        FailureReport.of(Failure.Code.RESTORE_INCOMPLETE, cut(item.cause()), "")
                                .toProto())
                .build();
    }

    static String durability(boolean durable) {
        return durable ? "durable" : "accepted";
    }

    private static String cut(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
    }
}
