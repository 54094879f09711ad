package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.e2e.Programs.Result;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// `kill -9` in the middle of a backup: what is reported is true, nothing is lost, the next backup
/// completes.
class CrashTest {
    private final Fleet fleet;
    private final Path source;

    CrashTest(@TempDir Path folder) throws IOException, InterruptedException {
        source = SampleTree.large(folder.resolve("source"), 384, 2);
        fleet = new Fleet(folder);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void ofTheAgent() throws IOException, InterruptedException {
        fleet.enroll("web01", source);
        fleet.storage("nas", "web01");
        String run = startedBackup();
        fleet.killAgent("web01");
        assertThat(fleet.ok("holdfast", "run", "get", run).out())
                .doesNotContainPattern("state +succeeded");
        fleet.startAgent("web01");
        Result end = fleet.holdfast("run", "watch", run);
        assertThat(end.out()).as(end::toString).containsPattern("state +failed");
        assertThat(end.err()).contains("INTERRUPTED").contains("hint:");
        assertThat(end.exit()).isEqualTo(130);
        completes();
    }

    @Test
    void ofTheController() throws IOException, InterruptedException {
        fleet.enroll("web01", source);
        fleet.storage("nas", "web01");
        String run = startedBackup();
        fleet.killAndRestartController();
        Result end = fleet.ok("holdfast", "run", "watch", run);
        assertThat(end.out()).containsPattern("state +succeeded\\n");
        completes();
    }

    /// Returns the id of a run whose first packs are being written.
    private String startedBackup() throws IOException, InterruptedException {
        String run =
                fleet.ok(
                                "holdfast",
                                "backup",
                                "run",
                                "web01",
                                source.toString(),
                                "--storage",
                                "nas")
                        .out()
                        .strip();
        await().atMost(Fleet.SOON).pollInterval(Duration.ofMillis(50)).until(this::packsAreWritten);
        return run;
    }

    private boolean packsAreWritten() throws IOException {
        try (Stream<Path> files = Files.walk(fleet.folder.resolve("repository/nas/data"))) {
            return files.anyMatch(Files::isRegularFile);
        }
    }

    private void completes() throws IOException, InterruptedException {
        Result second =
                fleet.ok(
                        "holdfast",
                        "backup",
                        "run",
                        "web01",
                        source.toString(),
                        "--storage",
                        "nas",
                        "--wait");
        fleet.restic("nas", "check", "--read-data");
        Path target = fleet.restoreRoot("web01").resolve("all");
        fleet.ok(
                "holdfast",
                "restore",
                Fleet.snapshot(second) + ":" + source,
                "--to",
                "web01:" + target,
                "--storage",
                "nas",
                "--wait");
        assertThat(TreeFacts.of(target)).isEqualTo(TreeFacts.of(source));
    }
}
