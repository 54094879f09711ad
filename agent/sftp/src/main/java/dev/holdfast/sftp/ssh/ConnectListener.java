package dev.holdfast.sftp.ssh;

import java.time.Duration;

/// Is told, on the connecting thread, of each stage that was passed. The stage after the last one
/// told is the one that failed when connecting throws.
public interface ConnectListener {
    /// A stage was passed.
    ///
    /// @param finding what was seen
    /// @param doubtful whether a person should look at it
    void passed(ConnectStage stage, Duration took, String finding, boolean doubtful);

    /// Does not listen.
    static ConnectListener none() {
        return (_, _, _, _) -> {};
    }
}
