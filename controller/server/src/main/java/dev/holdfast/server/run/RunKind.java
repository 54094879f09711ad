package dev.holdfast.server.run;

/// What a run does. Kinds of one lane wait for each other on the same agent and storage.
public enum RunKind {
    BACKUP,
    RESTORE,
    INIT;

    /// A restore never waits for a backup.
    boolean sharesLaneWith(RunKind other) {
        return (this == RESTORE) == (other == RESTORE);
    }
}
