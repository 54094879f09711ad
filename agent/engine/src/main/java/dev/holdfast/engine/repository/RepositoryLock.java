package dev.holdfast.engine.repository;

/// A lock in the repository that refreshes itself until closed. Safe for use by many threads.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // bodies follow
public final class RepositoryLock implements AutoCloseable {
    /// What others may do meanwhile.
    public enum Mode {
        /// Others may read and add.
        SHARED,
        /// Nobody else may do anything.
        EXCLUSIVE
    }

    private final Mode mode;

    RepositoryLock(Mode mode) {
        this.mode = mode;
    }

    public Mode mode() {
        return mode;
    }

    /// Whether the lock is still ours.
    public boolean valid() {
        throw new UnsupportedOperationException();
    }

    /// Fails where the lock is lost.
    ///
    /// @throws RepositoryException of kind LOCKED where the lock is no longer ours
    public void throwIfLost() throws RepositoryException {
        throw new UnsupportedOperationException();
    }

    /// Removes the lock file.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
