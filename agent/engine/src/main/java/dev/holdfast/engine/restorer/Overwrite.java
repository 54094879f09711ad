package dev.holdfast.engine.restorer;

/// What happens to files that are in the target already.
public enum Overwrite {
    /// They become what the snapshot has; what is equal is not read from the repository again.
    ALWAYS,
    /// They stay as they are; only missing ones are restored.
    NEVER,
    /// There must be none: the target has to be empty.
    REFUSE
}
