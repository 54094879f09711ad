package dev.holdfast.engine.maintenance;

import java.util.List;

/// What a check has read and found.
///
/// @param snapshots snapshots that were read
/// @param trees different trees that were read, verified and followed
/// @param packs packs of the index whose presence and size were compared
/// @param packsRead packs that were read as a whole
/// @param blobsRead blobs that were decoded out of those packs
/// @param bytesRead size of those packs
/// @param errors the first errors: data is lost or in danger
/// @param errorCount all of them
/// @param hints the first hints: nothing is lost, but something is not as it should be
/// @param hintCount all of them
public record CheckReport(
        long snapshots,
        long trees,
        long packs,
        long packsRead,
        long blobsRead,
        long bytesRead,
        List<CheckFinding> errors,
        long errorCount,
        List<CheckFinding> hints,
        long hintCount) {
    public CheckReport {
        errors = List.copyOf(errors);
        hints = List.copyOf(hints);
    }

    /// Whether no error was found.
    public boolean clean() {
        return errorCount == 0;
    }
}
