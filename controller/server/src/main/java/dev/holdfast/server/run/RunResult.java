package dev.holdfast.server.run;

import java.time.Instant;

/// What the agent reported at the end: the outcome as a state, what is needed to find it, and the
/// whole report as a document.
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record RunResult(
        RunState state,
        String failureCode,
        String summary,
        String snapshotId,
        Instant startedAt,
        Instant finishedAt,
        byte[] document) {
    public RunResult {
        if (!state.isFinal()) {
            throw new IllegalArgumentException("not a final state: " + state);
        }
    }
}
