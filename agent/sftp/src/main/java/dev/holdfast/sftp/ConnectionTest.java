package dev.holdfast.sftp;

import dev.holdfast.engine.backend.BackendException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Tries a storage from name to free space, stage by stage, each timed and with its own diagnosis.
/// Leaves nothing behind on the server.
public final class ConnectionTest {
    private ConnectionTest() {}

    /// Runs every stage; once one fails the stages that need it are reported as skipped.
    ///
    /// @param listener told of each step as it ends, on the calling thread
    /// @return all steps in order, one per stage
    public static List<TestStep> run(
            SftpLocation location, SshOptions options, Consumer<TestStep> listener)
            throws InterruptedException {
        List<TestStep> steps = new ArrayList<>();
        for (TestStep.Stage stage : TestStep.Stage.values()) {
            TestStep step =
                    new TestStep(
                            stage,
                            Duration.ZERO,
                            TestStep.Result.FAILED,
                            "",
                            Optional.of(
                                    new BackendException(
                                            BackendException.Kind.OTHER,
                                            location + ": not implemented yet")));
            steps.add(step);
            listener.accept(step);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return List.copyOf(steps);
    }
}
