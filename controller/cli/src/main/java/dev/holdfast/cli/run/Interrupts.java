package dev.holdfast.cli.run;

/// What happens when a person presses Ctrl-C.
@FunctionalInterface
public interface Interrupts {
    /// Runs `farewell` when the process is interrupted before the returned guard is closed.
    Guard during(Runnable farewell);

    /// Ends the watch for interrupts.
    interface Guard extends AutoCloseable {
        @Override
        void close();
    }
}
