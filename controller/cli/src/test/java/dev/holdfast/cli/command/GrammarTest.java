package dev.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

import dev.holdfast.proto.v1.Agent;
import dev.holdfast.proto.v1.CreateStorageRequest;
import dev.holdfast.proto.v1.CreateTokenRequest;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.ItemFailure;
import dev.holdfast.proto.v1.ListTreeRequest;
import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.Snapshot;
import dev.holdfast.proto.v1.StartBackupRequest;
import dev.holdfast.proto.v1.StartInitRequest;
import dev.holdfast.proto.v1.StartRestoreRequest;
import dev.holdfast.proto.v1.TaskResult;
import dev.holdfast.proto.v1.TestStep;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

class GrammarTest {
    private static final String RUN = "0197c2aa-0000-7000-8000-000000000001";

    private final FakeController controller = new FakeController();

    private final Path folder;
    private final Cli cli;

    GrammarTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.cli = new Cli(controller, folder.resolve("config"));
    }

    @AfterEach
    void stop() {
        cli.close();
    }

    private static Run ended(
            FakeController controller, Run.State state, TaskResult.Builder result) {
        return controller.run.toBuilder()
                .setState(state)
                .clearReason()
                .setStartedAt(Timestamp.newBuilder().setSeconds(1_700_000_001))
                .setFinishedAt(Timestamp.newBuilder().setSeconds(1_700_000_063))
                .setResult(result)
                .build();
    }

    @Test
    void tokenSecretsStayHere() throws IOException {
        assertThat(
                        cli.run(
                                "token",
                                "create",
                                "--ttl",
                                "1h30m",
                                "--uses",
                                "2",
                                "--label",
                                "site=paris",
                                "--host",
                                "web01"))
                .isZero();
        CreateTokenRequest request = (CreateTokenRequest) controller.requests.getFirst();
        assertThat(request.getTtl()).isEqualTo(Duration.newBuilder().setSeconds(5400).build());
        assertThat(request.getUses()).isEqualTo(2);
        assertThat(request.getLabelsMap()).containsEntry("site", "paris");
        assertThat(request.getHostName()).isEqualTo("web01");
        assertThat(request.getAuthHash().size()).isEqualTo(32);
        assertThat(cli.out())
                .containsPattern("token +hft_" + request.getId() + "_[A-Za-z0-9_-]{43}\n")
                .contains(FakeController.CA)
                .contains(
                        "holdfast-agent enroll --controller ctl.test:8443 --ca-fingerprint "
                                + FakeController.CA
                                + " --token-file TOKEN_FILE");
        assertThat(folder.resolve("config/tokens").resolve(request.getId())).isRegularFile();
    }

    @Test
    void tokensGoToPrivateFiles() throws IOException {
        Path file = folder.resolve("token");
        assertThat(cli.run("token", "create", "--out", file.toString())).isZero();
        assertThat(Files.readString(file)).startsWith("hft_").endsWith("\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(cli.out()).doesNotContain("hft_").contains("--token-file " + file);
        assertThat(cli.run("token", "create", "--out", file.toString())).isEqualTo(25);
        assertThat(cli.err()).contains("must not exist yet");
        assertThat(controller.requests).hasSize(1);
    }

    @Test
    void tokensThatWereNotMadeLeaveNothingBehind() throws IOException {
        Path file = folder.resolve("token");
        cli.signInWith("hfo_bad");
        assertThat(cli.run("token", "create", "--out", file.toString())).isEqualTo(4);
        assertThat(cli.err()).contains("error SIGN_IN_NEEDED").contains("--token-file");
        assertThat(file).doesNotExist();
        assertThat(folder.resolve("config/tokens")).isEmptyDirectory();
    }

    @Test
    void jsonOfATokenHoldsAllThatScriptsNeed() {
        assertThat(cli.run("token", "create", "-o", "json")).isZero();
        assertThat(cli.out())
                .contains("\"token\": \"hft_")
                .contains("\"caFingerprint\": \"SHA256:");
    }

    @Test
    void failuresOfTheControllerComeFromItsTrailer() {
        assertThat(cli.run("token", "revoke", "0123")).isEqualTo(5);
        assertThat(cli.err())
                .isEqualTo("error NOT_FOUND: no token \"0123\"\nhint: holdfast token list\n");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void agentsAreListed() {
        controller.agents.add(
                Agent.newBuilder()
                        .setId("0197")
                        .setName("web01")
                        .setConnected(true)
                        .setLastSeenAt(Timestamp.newBuilder().setSeconds(1_700_000_000))
                        .putLabels("b", "2")
                        .putLabels("a", "1")
                        .build());
        assertThat(cli.run("agent", "list")).isZero();
        assertThat(cli.out())
                .isEqualTo(
                        """
                        AGENT  ID    STATE      LAST SEEN            VERSION  KEY      LABELS
                        web01  0197  connected  2023-11-14 22:13:20           unknown  a=1,b=2
                        """);
        assertThat(cli.run("agent", "list", "--no-headers")).isZero();
        assertThat(cli.out()).startsWith("web01");
        assertThat(cli.run("agent", "list", "-o", "json")).isZero();
        assertThat(cli.out())
                .contains("\"lastSeenAt\": \"2023-11-14T22:13:20Z\"")
                .contains("\"revoked\": false");
    }

    @Test
    void agentsWithForgedKeysAreLoud() {
        assertThat(cli.run("token", "create")).isZero();
        String token = ((CreateTokenRequest) controller.requests.getFirst()).getId();
        controller.agents.add(
                Agent.newBuilder()
                        .setId("0197")
                        .setName("web01")
                        .setTokenId(token)
                        .setSealingKey(ByteString.copyFrom(new byte[32]))
                        .setBinding(ByteString.copyFrom(new byte[32]))
                        .build());
        assertThat(cli.run("agent", "get", "web01")).isEqualTo(6);
        assertThat(cli.err()).contains("warning FORGED sealing key").contains("web01");
        assertThat(cli.out()).contains("FORGED");
    }

    @Test
    void storagesNameWhatTheHostHolds() {
        assertThat(
                        cli.run(
                                "storage",
                                "create",
                                "nas",
                                "sftp://b@nas/repo",
                                "--password-file-on-agent",
                                "/etc/holdfast/pw",
                                "--ssh-config",
                                "/etc/holdfast/ssh_config",
                                "--ssh-option",
                                "Port=2222",
                                "--ssh-option",
                                "IdentitiesOnly=yes",
                                "--host-key",
                                "SHA256:abc",
                                "--description",
                                "cellar"))
                .isZero();
        CreateStorageRequest request = (CreateStorageRequest) controller.requests.getFirst();
        assertThat(request.getSpec().getLocation()).isEqualTo("sftp://b@nas/repo");
        assertThat(request.getSpec().getPasswordFile()).isEqualTo("/etc/holdfast/pw");
        assertThat(request.getSpec().getSshOptionsList())
                .containsExactly("Port=2222", "IdentitiesOnly=yes");
        assertThat(request.getSpec().getHostKeysList()).containsExactly("SHA256:abc");
        assertThat(request.getDescription()).isEqualTo("cellar");
        assertThat(cli.run("storage", "create", "nas", "/repo")).isEqualTo(2);
        assertThat(
                        cli.run(
                                "storage",
                                "create",
                                "n",
                                "/r",
                                "--password-file-on-agent",
                                "/p",
                                "--init"))
                .isEqualTo(2);
    }

    @Test
    void storagesAreInitializedOnRequest() {
        controller.watches.add(
                List.of(ended(controller, Run.State.SUCCEEDED, TaskResult.newBuilder())));
        assertThat(
                        cli.run(
                                "storage",
                                "create",
                                "nas",
                                "/r",
                                "--password-file-on-agent",
                                "/p",
                                "--init",
                                "--agent",
                                "web01"))
                .isZero();
        StartInitRequest request = (StartInitRequest) controller.requests.get(1);
        assertThat(request.getAgent()).isEqualTo("web01");
        assertThat(request.getStorage()).isEqualTo("nas");
    }

    @Test
    void storageTestsShowEachStageAndEndWithItsCode() {
        controller.steps.add(
                TestStep.newBuilder()
                        .setName("resolve")
                        .setResult(TestStep.Result.OK)
                        .setTook(Duration.newBuilder().setNanos(12_000_000))
                        .setFinding("127.0.0.1")
                        .build());
        controller.steps.add(
                TestStep.newBuilder()
                        .setName("host-key")
                        .setResult(TestStep.Result.FAILED)
                        .setFailure(
                                Failure.newBuilder()
                                        .setCode(Failure.Code.HOST_KEY_UNKNOWN)
                                        .setMessage("unknown host key SHA256:x")
                                        .setHint("pin it"))
                        .build());
        assertThat(cli.run("storage", "test", "nas")).isEqualTo(22);
        assertThat(cli.out())
                .isEqualTo(
                        """
                        ok       resolve            0.012 s  127.0.0.1
                        failed   host-key           0.000 s \s
                        """);
        assertThat(cli.err())
                .isEqualTo("error HOST_KEY_UNKNOWN: unknown host key SHA256:x\nhint: pin it\n");
        assertThat(cli.run("storage", "test", "nas", "-o", "json")).isEqualTo(22);
        assertThat(cli.out()).startsWith("{\"steps\": [\n{").endsWith("\n]}\n");
    }

    @Test
    void backupsStartAndPrintTheirId() {
        assertThat(
                        cli.run(
                                "backup",
                                "run",
                                "web01",
                                "/etc",
                                "/srv",
                                "--storage",
                                "nas",
                                "--exclude",
                                "*.o",
                                "--tag",
                                "t"))
                .isZero();
        assertThat(cli.out()).isEqualTo(RUN + "\n");
        assertThat(controller.requests)
                .containsExactly(
                        StartBackupRequest.newBuilder()
                                .setAgent("web01")
                                .setStorage("nas")
                                .addPaths("/etc")
                                .addPaths("/srv")
                                .addExcludes("*.o")
                                .addTags("t")
                                .build());
    }

    @Test
    void waitingShowsProgressOnStandardErrorAlone() {
        Run running =
                controller.run.toBuilder()
                        .setState(Run.State.RUNNING)
                        .clearReason()
                        .setStartedAt(Timestamp.newBuilder().setSeconds(1_700_000_090))
                        .setProgress(
                                Progress.newBuilder()
                                        .setPhase(Progress.Phase.READING)
                                        .setFilesDone(3)
                                        .setBytesDone(10 << 20)
                                        .setBytesTotal(30 << 20))
                        .build();
        Run done =
                ended(
                        controller,
                        Run.State.SUCCEEDED,
                        TaskResult.newBuilder()
                                .setSnapshotId("abcdef")
                                .setDurability("durable")
                                .setCounts(
                                        TaskResult.Counts.newBuilder()
                                                .setFilesNew(3)
                                                .setFilesProcessed(3)
                                                .setBytesProcessed(30 << 20)
                                                .setBytesAdded(30 << 20)
                                                .setBytesAddedPacked(10 << 20)));
        controller.watches.add(List.of(running, done));
        assertThat(cli.run("backup", "run", "web01", "--wait", "/etc", "--storage", "nas"))
                .isZero();
        assertThat(cli.err())
                .isEqualTo(
                        """
                        queued: waits for its agent
                        reading  3 files, 10.0 MiB of 30.0 MiB  1.0 MiB/s  about 21 s left
                        """);
        assertThat(cli.out())
                .isEqualTo(
                        """
                        run       0197c2aa-0000-7000-8000-000000000001
                        state     succeeded
                        what      backup on web01, storage nas
                        created   2023-11-14 22:13:20
                        started   2023-11-14 22:13:21, 1m 02s
                        snapshot  abcdef (read back, durable)
                        files     3 new, 0 changed, 0 unmodified; 30.0 MiB read
                        added     30.0 MiB, stored as 10.0 MiB
                        """);
    }

    @Test
    void waitingEndsAsTheRunEnds() {
        controller.watches.add(
                List.of(
                        ended(
                                controller,
                                Run.State.FAILED,
                                TaskResult.newBuilder()
                                        .setFailure(
                                                Failure.newBuilder()
                                                        .setCode(Failure.Code.WRONG_PASSWORD)
                                                        .setMessage("wrong password for nas")
                                                        .setHint("check the file")))));
        assertThat(cli.run("backup", "run", "web01", "/etc", "--storage", "nas", "--wait"))
                .isEqualTo(12);
        assertThat(cli.err())
                .endsWith(
                        """
                        error WRONG_PASSWORD: wrong password for nas
                        hint: check the file
                        detail: agent web01, run 0197c2aa-0000-7000-8000-000000000001
                        """);
    }

    @Test
    void unreadableItemsAreNamed() {
        controller.watches.add(
                List.of(
                        ended(
                                controller,
                                Run.State.SUCCEEDED_WITH_WARNINGS,
                                TaskResult.newBuilder()
                                        .setItemsFailed(1)
                                        .addFailedItems(
                                                ItemFailure.newBuilder()
                                                        .setItem("/etc/x\u001b")
                                                        .setDuring("open")
                                                        .setFailure(
                                                                Failure.newBuilder()
                                                                        .setCode(
                                                                                Failure.Code
                                                                                        .SOURCE_UNREADABLE)
                                                                        .setMessage(
                                                                                "permission"
                                                                                    + " denied"))))));
        assertThat(cli.run("run", "watch", "0197")).isEqualTo(3);
        assertThat(cli.err())
                .contains("warning SOURCE_UNREADABLE: /etc/x\\x1b (open): permission denied");
    }

    @Test
    void waitingSurvivesAControllerThatRestarts() {
        controller.watches.add(List.of());
        controller.watches.add(
                List.of(ended(controller, Run.State.SUCCEEDED, TaskResult.newBuilder())));
        assertThat(cli.run("run", "watch", "0197")).isZero();
    }

    @Test
    void runsAreListed() {
        assertThat(cli.run("run", "list", "--agent", "web01", "--limit", "5")).isZero();
        assertThat(cli.out())
                .isEqualTo(
                        """
                        RUN                                   KIND    AGENT  STORAGE  STATE   CREATED              TOOK  RESULT
                        0197c2aa-0000-7000-8000-000000000001  backup  web01  nas      queued  2023-11-14 22:13:20        waits for its agent
                        """);
        assertThat(cli.run("run", "cancel", "0197")).isZero();
        assertThat(cli.run("run", "get", "0197", "-o", "json")).isZero();
        assertThat(cli.out()).contains("\"cancelRequested\": true");
    }

    @Test
    void snapshotsAreListed() {
        controller.snapshots.add(
                Snapshot.newBuilder()
                        .setId("0123456789abcdef")
                        .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
                        .setHost("web01")
                        .setFiles(12)
                        .setBytes(2048)
                        .addPaths("/etc")
                        .addTags("t")
                        .build());
        assertThat(cli.run("snapshot", "list", "--storage", "nas")).isZero();
        assertThat(cli.out())
                .isEqualTo(
                        """
                        SNAPSHOT  TIME                 HOST   FILES     SIZE  TAGS  PATHS
                        01234567  2023-11-14 22:13:20  web01     12  2.0 KiB  t     /etc
                        """);
    }

    @Test
    void treesAreListedWithHarmlessNames() {
        controller.nodes.add(FakeController.hostileNode());
        assertThat(cli.run("snapshot", "ls", "01234567:/etc", "-R")).isZero();
        assertThat(cli.out())
                .isEqualTo(
                        "-rwsr-xr-x  root:7                      12  2023-11-14 22:13:20 "
                                + " /etc/\\x1b[31mred\n");
        ListTreeRequest request = (ListTreeRequest) controller.requests.getFirst();
        assertThat(request.getSnapshot()).isEqualTo("01234567");
        assertThat(request.getPath()).isEqualTo("/etc");
        assertThat(request.getRecursive()).isTrue();
    }

    @Test
    void restoresNameAgentOrSnapshot() {
        assertThat(cli.run("restore", "web01:/srv/app", "--to", "web02:/srv/restore", "--verify"))
                .isZero();
        assertThat(
                        cli.run(
                                "restore",
                                "0123abcd:/srv",
                                "--to",
                                "web02:/r",
                                "--overwrite",
                                "--storage",
                                "nas"))
                .isZero();
        assertThat(controller.requests)
                .containsExactly(
                        StartRestoreRequest.newBuilder()
                                .setSourceAgent("web01")
                                .setSnapshot("latest")
                                .setPath("/srv/app")
                                .setTargetAgent("web02")
                                .setTarget("/srv/restore")
                                .setVerify(true)
                                .build(),
                        StartRestoreRequest.newBuilder()
                                .setSnapshot("0123abcd")
                                .setPath("/srv")
                                .setTargetAgent("web02")
                                .setTarget("/r")
                                .setOverwrite(true)
                                .setStorage("nas")
                                .build());
        assertThat(cli.run("restore", "web01", "--to", "web02:/r")).isEqualTo(2);
        assertThat(cli.run("restore", "web01:/x", "--to", "web02:relative")).isEqualTo(2);
        assertThat(cli.err()).contains("is not AGENT:DIR");
    }

    @Test
    void usageErrorsSuggestWhatWasMeant() {
        assertThat(cli.run("agent", "lst")).isEqualTo(2);
        assertThat(cli.err())
                .startsWith("error INVALID_ARGUMENT: ")
                .contains("agent list")
                .contains("--help");
        assertThat(cli.run()).isEqualTo(2);
        assertThat(cli.run("backup", "run", "a", "/x", "--storage", "s", "--wait=soon"))
                .isEqualTo(2);
        assertThat(cli.err()).contains("no duration");
        assertThat(controller.requests).isEmpty();
        assertThat(cli.run("restore", "--help")).isZero();
        assertThat(cli.out()).contains("AGENT:PATH|SNAPSHOT[:PATH]");
    }

    @Test
    void contextsAreKept() {
        String ca = "SHA256:" + "C".repeat(43);
        assertThat(
                        cli.run(
                                "context",
                                "set",
                                "lab",
                                "--server",
                                "lab:1",
                                "--ca-fingerprint",
                                ca,
                                "--token-file",
                                "/t"))
                .isZero();
        assertThat(cli.run("context", "list")).isZero();
        assertThat(cli.out()).isEqualTo("   CONTEXT  SERVER\n*  lab      lab:1\n");
        assertThat(cli.run("context", "show", "-o", "json")).isZero();
        assertThat(cli.out()).contains("\"caFingerprint\": \"" + ca + "\"");
        assertThat(cli.run("context", "use", "none")).isEqualTo(5);
        assertThat(cli.run("context", "set", "lab", "--server", "::")).isEqualTo(2);
    }
}
