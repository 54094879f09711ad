package dev.holdfast.sftp;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.sftp.TestStep.Result;
import dev.holdfast.sftp.TestStep.Stage;
import dev.holdfast.sftp.probe.Finding;
import dev.holdfast.sftp.probe.StorageProbe;
import dev.holdfast.sftp.ssh.ConnectStage;
import dev.holdfast.sftp.ssh.SshConnection;
import dev.holdfast.sftp.ssh.SshConnector;
import dev.holdfast.sftp.transfer.SftpClient;
import dev.holdfast.sftp.transfer.TransferLimits;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/// Tries a storage from name to free space, stage by stage, each timed and with its own diagnosis.
/// Leaves nothing behind on the server.
public final class ConnectionTest {
    private final Consumer<TestStep> listener;
    private final List<TestStep> steps = new ArrayList<>();
    private final Queue<Stage> ahead = new ArrayDeque<>(List.of(Stage.values()));

    private ConnectionTest(Consumer<TestStep> listener) {
        this.listener = listener;
    }

    /// Runs every stage; once one fails the stages that need it are reported as skipped.
    ///
    /// @param listener told of each step as it ends, on the calling thread
    /// @return all steps in order, one per stage
    public static List<TestStep> run(
            SftpLocation location, SshOptions options, Consumer<TestStep> listener)
            throws InterruptedException {
        ConnectionTest test = new ConnectionTest(listener);
        test.connect(location, options);
        test.skipRest("not reached");
        return List.copyOf(test.steps);
    }

    /// Some part of the test.
    private interface Part {
        Finding run() throws BackendException, InterruptedException;
    }

    private Stage next() {
        return ahead.element();
    }

    private void add(
            Duration took, Result result, String finding, @Nullable BackendException failure) {
        TestStep step = new TestStep(next(), took, result, finding, Optional.ofNullable(failure));
        ahead.remove();
        steps.add(step);
        listener.accept(step);
    }

    private void skipRest(String why) {
        while (!ahead.isEmpty()) {
            add(Duration.ZERO, Result.SKIPPED, why, null);
        }
    }

    private void connect(SftpLocation location, SshOptions options) throws InterruptedException {
        long start = System.nanoTime();
        SshConnection connection;
        try {
            connection = SshConnector.of(options.target(location)).connect(this::passed);
        } catch (BackendException e) {
            add(since(start), Result.FAILED, "", e);
            return;
        }
        start = System.nanoTime();
        TransferLimits limits =
                new TransferLimits(
                        SftpTuning.DEFAULT.requestsInFlight(), SftpTuning.DEFAULT.requestTimeout());
        try (SftpClient client = SftpClient.open(connection, limits)) {
            add(since(start), Result.OK, connection.serverVersion(), null);
            useFiles(client, location.path());
        } catch (BackendException e) {
            add(since(start), Result.FAILED, "", e);
        }
    }

    private void passed(ConnectStage stage, Duration took, String finding, boolean doubtful) {
        if (!next().name().equals(stage.name())) {
            throw new IllegalStateException(stage + " passed instead of " + next());
        }
        add(took, doubtful ? Result.WARNING : Result.OK, finding, null);
    }

    private void useFiles(SftpClient client, String path) throws InterruptedException {
        try (StorageProbe probe = probe(client, path)) {
            if (!run(probe::list)) {
                skipUntil(Stage.FREE_SPACE, "the path cannot be used");
            } else if (!run(probe::write)) {
                skipUntil(Stage.FREE_SPACE, "nothing was written");
            } else {
                boolean kept = run(probe::fsync) && run(probe::rename);
                if (kept) {
                    run(probe::read);
                }
                skipUntil(Stage.DELETE, "nothing to read");
                if (kept) {
                    run(probe::delete);
                }
            }
            skipUntil(Stage.FREE_SPACE, "removed after a failure");
            run(probe::freeSpace);
            run(probe::latency);
        } catch (BackendException e) {
            add(Duration.ZERO, Result.FAILED, "", e);
        }
    }

    private static StorageProbe probe(SftpClient client, String path)
            throws BackendException, InterruptedException {
        return new StorageProbe(client, SftpBackend.resolve(client, path), new SecureRandom());
    }

    private void skipUntil(Stage stage, String why) {
        while (ahead.contains(stage) && next() != stage) {
            add(Duration.ZERO, Result.SKIPPED, why, null);
        }
    }

    private boolean run(Part part) throws InterruptedException {
        long start = System.nanoTime();
        try {
            Finding finding = part.run();
            Result result = finding.doubtful() ? Result.WARNING : Result.OK;
            add(since(start), result, finding.text(), null);
            return true;
        } catch (BackendException e) {
            add(since(start), Result.FAILED, "", e);
            return false;
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
