package dev.holdfast.engine.restorer;

import java.util.List;

/// What a restore has done.
///
/// @param files regular files that now are what the snapshot has, hard links included
/// @param filesUnchanged those of them whose content was there already
/// @param bytes content written
/// @param directories made or found
/// @param symlinks symbolic links made
/// @param specials FIFOs and devices made
/// @param skipped entries left as they were, as asked
/// @param verified files read back and found equal
/// @param failures the first items that are missing or incomplete
/// @param failureCount all of them
public record RestoreResult(
        long files,
        long filesUnchanged,
        long bytes,
        long directories,
        long symlinks,
        long specials,
        long skipped,
        long verified,
        List<ItemFailure> failures,
        long failureCount) {
    public RestoreResult {
        failures = List.copyOf(failures);
    }

    /// Whether everything asked for is there.
    public boolean complete() {
        return failureCount == 0;
    }
}
