package dev.holdfast.engine.restorer;

import java.util.List;

/// How far a phase has come.
///
/// @param bytesDone content, as it is in the files
/// @param currentItems paths that are being worked on, a few of them
public record RestoreProgress(
        RestorePhase phase,
        long filesDone,
        long filesTotal,
        long bytesDone,
        long bytesTotal,
        List<String> currentItems) {
    public RestoreProgress {
        currentItems = List.copyOf(currentItems);
    }
}
