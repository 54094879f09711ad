package dev.holdfast.daemon.task;

import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import java.io.IOException;
import java.util.function.Consumer;

/// Carries out one order that the gate has let pass. Interruption of its thread ends it soon and
/// tidily.
public interface TaskExecutor {
    /// Checks the order against this host's policy; touches no network.
    ///
    /// @throws IOException where it must not be carried out; nothing was touched
    void check(TaskOrder order) throws IOException;

    /// Works until done; times of the result are filled in by the caller.
    ///
    /// @param progress may be called often and from many threads
    TaskResult.Builder execute(TaskOrder order, Consumer<Progress> progress)
            throws IOException, InterruptedException;
}
