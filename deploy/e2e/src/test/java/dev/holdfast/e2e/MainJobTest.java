package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.e2e.Programs.Result;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// From nothing to a verified restore on another host, as an operator does it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobTest {
    private final Fleet fleet;
    private final Path source;
    private String snapshot = "";

    MainJobTest(@TempDir Path folder) throws IOException, InterruptedException {
        source = SampleTree.create(folder.resolve("source"), 1);
        fleet = new Fleet(folder);
    }

    @BeforeAll
    void enroll() throws IOException, InterruptedException {
        fleet.enroll("web01", source);
        fleet.enroll("web02", source);
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    @Test
    @Order(1)
    void agentsAreConnectedAndTheirKeysAreProven() throws IOException, InterruptedException {
        Result agents = fleet.ok("holdfast", "agent", "list", "--no-headers");
        assertThat(agents.out())
                .containsPattern("web01 .* connected .* pinned")
                .containsPattern("web02 .* connected");
    }

    @Test
    @Order(2)
    void tokensAreUsedUp() throws IOException, InterruptedException {
        Path home = fleet.folder.resolve("agents/web01");
        String ca =
                fleet.ok("holdfast", "token", "list", "-o", "json")
                        .out()
                        .replaceAll("(?s).*\"caFingerprint\": \"([^\"]+)\".*", "$1");
        Result again =
                fleet.programs.run(
                        "holdfast-agent",
                        "enroll",
                        "--controller",
                        fleet.address(),
                        "--ca-fingerprint",
                        ca,
                        "--token-file",
                        home.resolve("token").toString(),
                        "--state-dir",
                        home.resolve("other").toString());
        assertThat(again.exit()).as(again::toString).isEqualTo(4);
    }

    @Test
    @Order(3)
    void aStorageIsCreatedTestedAndInitialized() throws IOException, InterruptedException {
        fleet.createStorage(
                "nas",
                fleet.location("nas"),
                "password",
                fleet.ssh.config("nas", true, fleet.ssh.identityAgent()));
        fleet.ok("holdfast", "repo", "init", "nas", "--agent", "web01");
        Result test = fleet.ok("holdfast", "storage", "test", "nas", "--agent", "web01");
        assertThat(test.out().lines().filter(l -> l.startsWith("ok")).count())
                .as(test::toString)
                .isGreaterThanOrEqualTo(6);
        Result again = fleet.holdfast("repo", "init", "nas", "--agent", "web01");
        assertThat(again.exit()).as(again::toString).isEqualTo(6);
    }

    @Test
    @Order(4)
    void aBackupIsReadBack() throws IOException, InterruptedException {
        Result run =
                fleet.ok(
                        "holdfast",
                        "backup",
                        "run",
                        "web01",
                        source.toString(),
                        "--storage",
                        "nas",
                        "--tag",
                        "e2e",
                        "--wait");
        assertThat(run.out())
                .containsPattern("state +succeeded\\n")
                .containsPattern("read back, (durable|accepted)");
        snapshot = Fleet.snapshot(run);
        Result list = fleet.ok("holdfast", "snapshot", "list", "--storage", "nas", "--no-headers");
        assertThat(list.out())
                .contains(snapshot.substring(0, 8))
                .contains("e2e")
                .contains(source.toString());
        Result tree =
                fleet.ok("holdfast", "snapshot", "ls", snapshot.substring(0, 12) + ":" + source);
        assertThat(tree.out()).contains("dangling -> no/such/file").contains("\\nand a newline");
    }

    @Test
    @Order(5)
    void aSecondBackupAddsAlmostNothing() throws IOException, InterruptedException {
        Files.writeString(source.resolve("new"), "new");
        Result run =
                fleet.ok(
                        "holdfast",
                        "backup",
                        "run",
                        "web01",
                        source.toString(),
                        "--storage",
                        "nas",
                        "--wait");
        assertThat(run.out()).containsPattern("files +1 new, 0 changed, 20[0-9] unmodified");
    }

    @Test
    @Order(6)
    void anotherHostRestoresIt() throws IOException, InterruptedException {
        Path target = fleet.restoreRoot("web02").resolve("latest");
        fleet.ok(
                "holdfast",
                "restore",
                "web01:" + source,
                "--to",
                "web02:" + target,
                "--verify",
                "--wait");
        assertThat(TreeFacts.of(target)).isEqualTo(TreeFacts.of(source));
        Result again =
                fleet.holdfast("restore", "web01:" + source, "--to", "web02:" + target, "--wait");
        assertThat(again.exit()).as(again::toString).isEqualTo(6);
    }

    @Test
    @Order(7)
    void oneFolderOfAnOldSnapshotIsRestored() throws IOException, InterruptedException {
        Path target = fleet.restoreRoot("web01").resolve("part");
        fleet.ok(
                "holdfast",
                "restore",
                snapshot.substring(0, 12) + ":" + source.resolve("deep"),
                "--to",
                "web01:" + target,
                "--storage",
                "nas",
                "--wait");
        assertThat(TreeFacts.of(target)).isEqualTo(TreeFacts.of(source.resolve("deep")));
    }

    @Test
    @Order(8)
    void stockResticReadsItAll() throws IOException, InterruptedException {
        fleet.restic("nas", "check", "--read-data");
        assertThat(fleet.restic("nas", "snapshots", "--json").out()).contains(snapshot);
        Path target = fleet.folder.resolve("restic");
        fleet.restic("nas", "restore", "latest", "--target", target.toString());
        assertThat(TreeFacts.of(target.resolve(source.toString().substring(1))))
                .isEqualTo(TreeFacts.of(source));
    }

    @Test
    @Order(9)
    void theHostsPolicyWins() throws IOException, InterruptedException {
        Result read =
                fleet.holdfast("backup", "run", "web01", "/etc", "--storage", "nas", "--wait");
        assertThat(read.exit()).as(read::toString).isEqualTo(7);
        assertThat(read.err()).contains("REFUSED_BY_AGENT").contains("agent.toml");
        Result write =
                fleet.holdfast(
                        "restore",
                        snapshot + ":" + source,
                        "--to",
                        "web01:/etc/holdfast-e2e",
                        "--storage",
                        "nas",
                        "--wait");
        assertThat(write.exit()).as(write::toString).isEqualTo(7);
        assertThat(Path.of("/etc/holdfast-e2e")).doesNotExist();
    }

    @Test
    @Order(10)
    void unreadableFilesMakeAPartialBackup() throws IOException, InterruptedException {
        Result run =
                fleet.holdfast(
                        "backup",
                        "run",
                        "web01",
                        source.resolve("deep").toString(),
                        source.resolve("missing").toString(),
                        "--storage",
                        "nas",
                        "--wait");
        assertThat(run.exit()).as(run::toString).isEqualTo(3);
        assertThat(run.err()).contains(source.resolve("missing").toString());
    }

    @Test
    @Order(11)
    void aRevokedAgentIsCutOff() throws IOException, InterruptedException {
        fleet.ok("holdfast", "agent", "revoke", "web02");
        await().atMost(Fleet.SOON)
                .until(
                        () ->
                                fleet.holdfast("agent", "get", "web02")
                                        .out()
                                        .matches("(?s).*state +revoked.*"));
        Result run =
                fleet.holdfast("backup", "run", "web02", source.toString(), "--storage", "nas");
        assertThat(run.exit()).as(run::toString).isNotZero();
    }
}
