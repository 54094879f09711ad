package dev.holdfast.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.TestStep.Result;
import dev.holdfast.sftp.TestStep.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Every stage is reported once, in order, and a failure skips what needs it.
class ConnectionTestTest {
    @TempDir private Path folder;
    private OpenSshServer server;
    private Path home;

    @BeforeEach
    void start() {
        server = OpenSshServer.start(folder.resolve("sshd"));
        home = server.trustedHome(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<TestStep> run(String path, String... directives) throws Exception {
        List<TestStep> told = new ArrayList<>();
        List<TestStep> steps =
                ConnectionTest.run(
                        server.location(path), OpenSshServer.options(home, directives), told::add);
        assertThat(told).isEqualTo(steps);
        assertThat(steps).extracting(TestStep::stage).containsExactly(Stage.values());
        return steps;
    }

    private static Result result(List<TestStep> steps, Stage stage) {
        return step(steps, stage).result();
    }

    private static TestStep step(List<TestStep> steps, Stage stage) {
        return steps.stream().filter(step -> step.stage() == stage).findFirst().orElseThrow();
    }

    @Test
    void goodStoragePassesEveryStageAndIsLeftClean() throws Exception {
        Path repo = Files.createDirectory(folder.resolve("repo"));

        List<TestStep> steps = run(repo.toString());

        assertThat(steps).extracting(TestStep::result).containsOnly(Result.OK);
        assertThat(step(steps, Stage.HOST_KEY).finding())
                .contains(server.hostKeyFingerprint("ed25519"));
        assertThat(step(steps, Stage.AUTHENTICATION).finding()).contains("id_ed25519");
        try (Stream<Path> files = Files.list(repo)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void missingFolderIsAWarningAndTriedAbove() throws Exception {
        List<TestStep> steps = run(folder + "/not/there");

        assertThat(result(steps, Stage.LIST)).isEqualTo(Result.WARNING);
        assertThat(result(steps, Stage.DELETE)).isEqualTo(Result.OK);
        assertThat(Files.exists(folder.resolve("not"))).isFalse();
    }

    @Test
    void unknownHostKeySkipsTheRest() throws Exception {
        Files.delete(home.resolve(".ssh/known_hosts"));

        List<TestStep> steps = run("/tmp");

        assertThat(result(steps, Stage.KEY_EXCHANGE)).isEqualTo(Result.OK);
        assertThat(result(steps, Stage.HOST_KEY)).isEqualTo(Result.FAILED);
        assertThat(step(steps, Stage.HOST_KEY).failure())
                .hasValueSatisfying(e -> assertThat(e.kind()).isEqualTo(Kind.HOST_KEY_UNKNOWN));
        assertThat(result(steps, Stage.AUTHENTICATION)).isEqualTo(Result.SKIPPED);
        assertThat(result(steps, Stage.LATENCY)).isEqualTo(Result.SKIPPED);
    }

    @Test
    void refusedIdentityFailsTheSignIn() throws Exception {
        List<TestStep> steps = run("/tmp", "IdentityFile=none");

        assertThat(result(steps, Stage.HOST_KEY)).isEqualTo(Result.OK);
        assertThat(result(steps, Stage.AUTHENTICATION)).isEqualTo(Result.FAILED);
        assertThat(result(steps, Stage.SUBSYSTEM)).isEqualTo(Result.SKIPPED);
    }

    @Test
    void unsupportedConfigurationFailsTheFirstStage() throws Exception {
        List<TestStep> steps = run("/tmp", "ProxyCommand=nc %h %p");

        assertThat(step(steps, Stage.RESOLVE).failure())
                .hasValueSatisfying(
                        e -> assertThat(e.kind()).isEqualTo(Kind.SSH_CONFIG_UNSUPPORTED));
    }

    @Test
    void folderThatCannotBeWrittenFailsTheWriting() throws Exception {
        List<TestStep> steps = run("/proc");

        assertThat(result(steps, Stage.LIST)).isIn(Result.OK, Result.WARNING);
        assertThat(result(steps, Stage.WRITE)).isEqualTo(Result.FAILED);
        assertThat(result(steps, Stage.READ)).isEqualTo(Result.SKIPPED);
        assertThat(result(steps, Stage.LATENCY)).isEqualTo(Result.OK);
    }
}
