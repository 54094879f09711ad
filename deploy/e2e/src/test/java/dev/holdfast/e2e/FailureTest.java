package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.e2e.Programs.Result;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/// What goes wrong at a storage, seen by the host's own command and by an operator: the same code,
/// cause and next step.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureTest {
    private final Fleet fleet;
    private final Path source;

    FailureTest(@TempDir Path folder) throws IOException, InterruptedException {
        source = SampleTree.create(folder.resolve("source"), 3);
        fleet = new Fleet(folder);
    }

    @BeforeAll
    void start() throws IOException, InterruptedException {
        fleet.enroll("web01", source);
        fleet.storage("nas", "web01");
        secret("wrong", "battery staple\n");
        fleet.ok(
                "holdfast",
                "backup",
                "run",
                "web01",
                source.toString(),
                "--storage",
                "nas",
                "--wait");
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    /// A fault of the storage or of the way to it, with exit code and failure code.
    enum Trouble {
        WRONG_PASSWORD(12, "WRONG_PASSWORD"),
        NO_REPOSITORY(10, "REPOSITORY_MISSING"),
        HOST_KEY_UNKNOWN(22, "HOST_KEY_UNKNOWN"),
        NO_KEY_ACCEPTED(21, "AUTHENTICATION_REFUSED"),
        REFUSED(20, "CONNECTION_REFUSED");

        private final int exit;
        private final String code;

        Trouble(int exit, String code) {
            this.exit = exit;
            this.code = code;
        }
    }

    private Path config(Trouble trouble) throws IOException {
        String name = trouble.name();
        return switch (trouble) {
            case WRONG_PASSWORD, NO_REPOSITORY ->
                    fleet.ssh.config(name, true, fleet.ssh.identityAgent());
            case HOST_KEY_UNKNOWN -> fleet.ssh.config(name, false, fleet.ssh.identityAgent());
            case NO_KEY_ACCEPTED ->
                    fleet.ssh.config(
                            name,
                            true,
                            "IdentityAgent none",
                            "IdentityFile " + stranger(),
                            "IdentitiesOnly yes");
            case REFUSED -> fleet.ssh.config(name, true, fleet.ssh.identityAgent());
        };
    }

    private String location(Trouble trouble) {
        return switch (trouble) {
            case NO_REPOSITORY -> fleet.location("none");
            case REFUSED -> "sftp://127.0.0.1:1" + fleet.folder.resolve("repository/nas");
            case WRONG_PASSWORD, HOST_KEY_UNKNOWN, NO_KEY_ACCEPTED -> fleet.location("nas");
        };
    }

    private static String password(Trouble trouble) {
        return trouble == Trouble.WRONG_PASSWORD ? "wrong" : "password";
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void throughTheController(Trouble trouble) throws IOException, InterruptedException {
        String name = trouble.name().toLowerCase(Locale.ROOT).replace('_', '-');
        fleet.createStorage(name, location(trouble), password(trouble), config(trouble));
        Result run =
                fleet.holdfast(
                        "backup", "run", "web01", source.toString(), "--storage", name, "--wait");
        explained(run, trouble.exit, trouble.code);
        Result test = fleet.holdfast("storage", "test", name, "--agent", "web01");
        // a storage without a repository is not broken: the test names it as a warning
        boolean fresh = trouble == Trouble.NO_REPOSITORY;
        explained(test, fresh ? 0 : trouble.exit, trouble.code);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void onTheHostItself(Trouble trouble) throws IOException, InterruptedException {
        Result list =
                fleet.programs.run(
                        "holdfast-agent",
                        "repo",
                        "-r",
                        location(trouble),
                        "--password-file",
                        fleet.folder.resolve(password(trouble)).toString(),
                        "-F",
                        config(trouble).toString(),
                        "snapshots");
        explained(list, trouble.exit, trouble.code);
    }

    @Test
    void changedHostKey() throws IOException, InterruptedException {
        try (SshServer server =
                new SshServer(fleet.programs, fleet.folder.resolve("ssh-rebuilt"))) {
            Path config = server.config("rebuilt", true, server.identityAgent());
            String pinned = server.fingerprint();
            server.changeHostKey();
            Result list =
                    fleet.programs.run(
                            "holdfast-agent",
                            "repo",
                            "-r",
                            "sftp://127.0.0.1:" + server.port() + "/srv",
                            "--password-file",
                            fleet.folder.resolve("password").toString(),
                            "-F",
                            config.toString(),
                            "snapshots");
            explained(list, 23, "HOST_KEY_CHANGED");
            assertThat(list.err()).contains(server.fingerprint()).contains(pinned);
        }
    }

    @Test
    void fullDisk() throws IOException, InterruptedException {
        Path small = Files.createDirectories(fleet.folder.resolve("repository/full"));
        fleet.ok("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", small.toString());
        try {
            fleet.storage("full", "web01");
            Result small1 =
                    fleet.ok(
                            "holdfast",
                            "backup",
                            "run",
                            "web01",
                            source.resolve("deep/er").toString(),
                            "--storage",
                            "full",
                            "--wait");
            Result full =
                    fleet.holdfast(
                            "backup",
                            "run",
                            "web01",
                            source.toString(),
                            "--storage",
                            "full",
                            "--wait");
            explained(full, 26, "NO_SPACE");
            fleet.ok("mount", "-o", "remount,size=64m", small.toString());
            fleet.ok(
                    "holdfast",
                    "backup",
                    "run",
                    "web01",
                    source.toString(),
                    "--storage",
                    "full",
                    "--wait");
            assertThat(fleet.restic("full", "snapshots", "--json").out())
                    .contains(Fleet.snapshot(small1));
            fleet.restic("full", "check", "--read-data");
        } finally {
            fleet.ok("umount", small.toString());
        }
    }

    @Test
    void nothingWasLost() throws IOException, InterruptedException {
        fleet.restic("nas", "check", "--read-data");
        Path target = fleet.restoreRoot("web01").resolve("after");
        fleet.ok(
                "holdfast",
                "restore",
                "web01:" + source,
                "--to",
                "web01:" + target,
                "--storage",
                "nas",
                "--wait");
        assertThat(TreeFacts.of(target)).isEqualTo(TreeFacts.of(source));
    }

    @Test
    void operatorsAreToldWhatIsWrong() throws IOException, InterruptedException {
        Result token =
                fleet.holdfast("agent", "list", "--token-file", secret("bad-token", "hfo_bad\n"));
        assertThat(token.exit()).as(token::toString).isEqualTo(4);
        assertThat(token.err()).contains("hint:");
        Result away = fleet.holdfast("agent", "list", "--server", "127.0.0.1:1");
        explained(away, 20, "CONNECTION_REFUSED");
        Result agent = fleet.holdfast("agent", "get", "nobody");
        assertThat(agent.exit()).as(agent::toString).isEqualTo(5);
        Result stranger =
                fleet.holdfast("agent", "list", "--ca-fingerprint", "SHA256:" + "A".repeat(43));
        assertThat(stranger.exit()).as(stranger::toString).isEqualTo(20);
        assertThat(stranger.err()).contains("did not prove to be the pinned one");
    }

    private static void explained(Result result, int exit, String code) {
        assertThat(result.exit()).as(result::toString).isEqualTo(exit);
        assertThat(result.err()).as(result::toString).contains(code).contains("hint:");
    }

    private String stranger() throws IOException {
        Path key = fleet.folder.resolve("stranger");
        if (!Files.exists(key)) {
            try {
                fleet.ok("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        return key.toString();
    }

    private String secret(String name, String text) throws IOException {
        Path file = Files.writeString(fleet.folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file.toString();
    }
}
