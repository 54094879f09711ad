package dev.holdfast.engine.archiver;

import java.io.IOException;

/// Told how a backup goes. Called by the archiver's threads, never by two at once for one method;
/// must not block.
public interface ArchiveListener {
    /// Listens to nothing.
    ArchiveListener NONE = new ArchiveListener() {};

    /// Called at each change of phase and a few times a second while files are read.
    default void progress(ArchiveProgress progress) {}

    /// Called for each item that was left out or is incomplete.
    default void item(ItemOutcome outcome) {}

    /// Called when everything but the snapshot is durable: the last moment to stop. A lock that was
    /// lost meanwhile is found out here.
    default void beforeSnapshot() throws IOException, InterruptedException {}
}
