package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class RepoCommandTest {
    private record Run(int code, String out, String err) {
        List<JsonNode> json() {
            return parse(out);
        }

        List<JsonNode> jsonErrors() {
            return parse(err);
        }

        private static List<JsonNode> parse(String text) {
            return text.lines().map(JsonMapper.shared()::readTree).toList();
        }
    }

    @TempDir private Path folder;
    private Path repository;
    private Path password;
    private Path data;

    @BeforeEach
    void makeData() throws IOException {
        repository = folder.resolve("repository");
        password = Files.writeString(folder.resolve("password"), "correct horse\n");
        data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("a.txt"), "one");
        Files.createDirectories(data.resolve("sub/empty"));
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        Files.write(data.resolve("sub/large"), large);
        Files.createFile(data.resolve("sub/nothing"));
        Files.createSymbolicLink(data.resolve("link"), Path.of("sub/large"));
        Files.setPosixFilePermissions(
                data.resolve("a.txt"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(
                data.resolve("a.txt"),
                FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z")));
    }

    @Test
    void makesARepositoryOnce() {
        Run first = repo("init");
        assertThat(first.code()).isZero();
        assertThat(first.out()).contains("created repository");

        Run second = repo("init");
        assertThat(second.code()).isEqualTo(6);
        assertThat(second.err()).startsWith("error REPOSITORY_EXISTS: ");
    }

    @Test
    void givesBackWhatItBackedUp() throws IOException {
        repo("init");
        Run backup = repo("backup", data.toString(), "--tag", "a,b");
        assertThat(backup.code()).as(backup.err()).isZero();
        assertThat(backup.out()).contains("saved, read back");

        Path target = folder.resolve("restored");
        Run restore = repo("restore", "latest:" + data, "--target", target.toString(), "--verify");
        assertThat(restore.code()).as(restore.err()).isZero();
        assertThat(describe(target)).isEqualTo(describe(data));

        Path whole = folder.resolve("whole");
        assertThat(repo("restore", "latest", "-t", whole.toString()).code()).isZero();
        assertThat(describe(Path.of(whole + data.toString()))).isEqualTo(describe(data));

        Run snapshots = repo("snapshots", "--json");
        assertThat(snapshots.json().getFirst().get(0).get("paths").get(0).stringValue())
                .isEqualTo(data.toString());
        assertThat(repo("ls", "latest").out()).contains(data + "/sub/large");
    }

    /// The current folder is the process's, so this takes a process.
    @Test
    void backsUpTheFolderItStandsIn() throws IOException, InterruptedException {
        repo("init");
        Path log = folder.resolve("log");
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path",
                                System.getProperty("java.class.path", "")),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-opens=java.base/com.sun.crypto.provider=ALL-UNNAMED",
                        "dev.holdfast.daemon.Main",
                        "repo",
                        "-r",
                        repository.toString(),
                        "-p",
                        password.toString(),
                        "backup",
                        ".");
        Process process =
                new ProcessBuilder(command)
                        .directory(data.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();

        Path target = folder.resolve("restored");
        assertThat(repo("restore", "latest", "--target", target.toString()).code()).isZero();
        assertThat(describe(target)).isEqualTo(describe(data));
    }

    @Test
    void takesTheOptionsOfRepoBeforeAndAfterTheVerb() {
        String location = repository.toString();
        String file = password.toString();

        Run init = agent("repo", "-r", location, "-p", file, "--json", "init");
        assertThat(init.json().getFirst().get("message_type").stringValue())
                .isEqualTo("initialized");
        assertThat(agent("repo", "backup", "-r", location, data.toString(), "-p", file).code())
                .isZero();
        assertThat(agent("repo", "-r", location, "snapshots", "-p", file).code()).isZero();
        Run json = agent("repo", "snapshots", "--json", "-r", location, "-p", file);
        assertThat(json.json().getFirst().size()).isEqualTo(1);
        Run quiet = agent("repo", "-q", "-r", location, "backup", "-p", file, data.toString());
        assertThat(quiet.code()).isZero();
        assertThat(quiet.out()).isEmpty();
        Map<String, String> environment =
                Map.of("HOLDFAST_REPOSITORY", location, "HOLDFAST_PASSWORD_FILE", file);
        assertThat(agent(environment, "repo", "snapshots").code()).isZero();
    }

    @Test
    void jsonEndsWithASummary() {
        assertThat(repo("init").code()).isZero();
        Run backup = repo("backup", "--json", data.toString());
        JsonNode summary = backup.json().getLast();
        assertThat(summary.get("message_type").stringValue()).isEqualTo("summary");
        assertThat(summary.get("files_new").intValue()).isEqualTo(3);
        assertThat(summary.get("snapshot_id").stringValue()).matches("[0-9a-f]{64}");

        Run restore =
                repo("restore", "latest", "--json", "--target", folder.resolve("out").toString());
        assertThat(restore.json().getLast().get("message_type").stringValue()).isEqualTo("summary");
        Run check = repo("check", "--json");
        assertThat(check.json().getLast().get("num_errors").intValue()).isZero();
    }

    @Test
    void jsonErrorsEndWithExitError() {
        Run run = repo("snapshots", "--json");

        assertThat(run.out()).isEmpty();
        JsonNode error = run.jsonErrors().getLast();
        assertThat(error.get("message_type").stringValue()).isEqualTo("exit_error");
        assertThat(error.get("code").intValue()).isEqualTo(10).isEqualTo(run.code());
        assertThat(error.get("message").stringValue()).contains(repository.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshots", "check", "ls latest", "backup /etc/hostname"})
    void saysThatThereIsNoRepository(String verb) throws IOException {
        assertThat(repo(verb.split(" ", -1)).code()).isEqualTo(10);

        Files.createDirectories(repository);
        Run empty = repo(verb.split(" ", -1));
        assertThat(empty.code()).isEqualTo(10);
        assertThat(empty.err()).startsWith("error REPOSITORY_MISSING: ").contains("hint: ");
    }

    @Test
    void saysThatThePasswordIsWrong() throws IOException {
        repo("init");
        Files.writeString(password, "wrong");

        Run run = repo("snapshots");
        assertThat(run.code()).isEqualTo(12);
        assertThat(run.err()).startsWith("error WRONG_PASSWORD: ");
    }

    @Test
    void saysWhatIsMissing() {
        repo("init");

        Run backup = repo("backup", folder.resolve("absent").toString());
        assertThat(backup.code()).isEqualTo(24);
        assertThat(backup.err()).contains("absent");
        assertThat(repo("restore", "latest", "-t", folder.resolve("t").toString()).code())
                .isEqualTo(5);
        assertThat(repo("backup", data.toString()).code()).isZero();
        assertThat(repo("restore", "0badbad0", "-t", folder.resolve("t").toString()).code())
                .isEqualTo(5);
    }

    @Test
    void aBackupWithoutOneOfItsPathsIsPartial() {
        repo("init");

        Run run = repo("backup", data.toString(), folder.resolve("absent").toString());
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("absent");
    }

    @Test
    void usageIsExplained() {
        assertThat(agent("repo", "snapshots").code()).isEqualTo(2);
        assertThat(agent("repo").code()).isEqualTo(2);
        assertThat(agent("repo", "explode").code()).isEqualTo(2);
        assertThat(repo("snapshots", "--password-command", "echo x").code()).isEqualTo(2);
        assertThat(repo("backup").code()).isEqualTo(2);
        assertThat(agent("repo", "--help").code()).isZero();
    }

    @Test
    void checkReadsEveryByte() throws IOException {
        repo("init");
        repo("backup", data.toString());
        assertThat(repo("check").code()).isZero();
        Run clean = repo("check", "--read-data");
        assertThat(clean.code()).isZero();
        assertThat(clean.out()).contains("no errors were found");

        Path pack = largestPack();
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length / 2] ^= 1;
        Files.setPosixFilePermissions(pack, PosixFilePermissions.fromString("rw-------"));
        Files.write(pack, bytes);

        Run damaged = repo("check", "--read-data");
        assertThat(damaged.code()).isEqualTo(1);
        assertThat(damaged.err()).contains(pack.getFileName().toString().substring(0, 8));
        Run json = repo("check", "--read-data", "--json");
        assertThat(json.json().getLast().get("num_errors").intValue()).isPositive();
    }

    private Path largestPack() throws IOException {
        try (Stream<Path> files = Files.walk(repository.resolve("data"))) {
            return files.filter(Files::isRegularFile)
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
    }

    private Run repo(String... verbAndArguments) {
        List<String> line = new ArrayList<>();
        line.addAll(List.of("repo", "-r", repository.toString(), "-p", password.toString()));
        line.addAll(List.of(verbAndArguments));
        return agent(line.toArray(String[]::new));
    }

    private Run agent(String... line) {
        return agent(Map.of(), line);
    }

    private Run agent(Map<String, String> environment, String... line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code;
        try (PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
                PrintStream errStream = new PrintStream(err, false, StandardCharsets.UTF_8)) {
            code =
                    AgentCommand.run(
                            new Streams(
                                    InputStream.nullInputStream(),
                                    outStream,
                                    errStream,
                                    false,
                                    environment,
                                    folder),
                            line);
        }
        return new Run(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// Kind, mode, time and content of everything below a folder.
    private static Map<String, String> describe(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(each -> !each.equals(root)).toList()) {
                String text;
                if (Files.isSymbolicLink(path)) {
                    text = "-> " + Files.readSymbolicLink(path);
                } else {
                    text =
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                                    + " "
                                    + Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
                    if (Files.isRegularFile(path)) {
                        text +=
                                " "
                                        + new String(
                                                Files.readAllBytes(path),
                                                StandardCharsets.ISO_8859_1);
                    }
                }
                all.put(root.relativize(path).toString(), text);
            }
        }
        return all;
    }
}
