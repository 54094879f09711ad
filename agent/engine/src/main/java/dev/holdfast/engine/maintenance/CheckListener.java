package dev.holdfast.engine.maintenance;

/// Is told how a check goes. Called by several threads, never by two at once; must not block.
public interface CheckListener {
    /// Listens to nothing.
    CheckListener NONE = new CheckListener() {};

    /// Called at each change of phase and a few times a second.
    default void progress(CheckProgress progress) {}

    /// Called for each error.
    default void error(CheckFinding error) {}
}
