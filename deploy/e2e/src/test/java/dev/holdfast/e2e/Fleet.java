package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.e2e.Programs.Result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One installation in a folder: controller, agents, SSH server; stopped when closed.
final class Fleet implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(90);

    final Path folder;
    final Programs programs;
    final SshServer ssh;
    private final Path state;
    private final int port;
    private final Map<String, Process> agents = new HashMap<>();
    private Process controller;

    Fleet(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.programs = new Programs(folder.resolve("logs"));
        this.ssh = new SshServer(programs, folder.resolve("ssh"));
        this.state = folder.resolve("controller");
        this.port = SshServer.freePort();
        Files.createDirectories(folder.resolve("repository"));
        Files.writeString(folder.resolve("password"), "correct horse\n");
        Files.setPosixFilePermissions(
                folder.resolve("password"), PosixFilePermissions.fromString("rw-------"));
        programs.set("HOLDFAST_SERVER", address());
        programs.set("HOLDFAST_CA_FILE", state.resolve("ca/ca.pem").toString());
        programs.set("HOLDFAST_TOKEN_FILE", state.resolve("operator.token").toString());
        programs.set("XDG_CONFIG_HOME", folder.resolve("config").toString());
        programs.set("RESTIC_PASSWORD_FILE", folder.resolve("password").toString());
        controller = startController();
    }

    private Process startController() throws IOException {
        Path ready = folder.resolve("port");
        Files.deleteIfExists(ready);
        Process process =
                programs.start(
                        "controller",
                        "holdfast-controller",
                        "serve",
                        "--state-dir",
                        state.toString(),
                        "--listen",
                        "127.0.0.1:" + port,
                        "--port-file",
                        ready.toString());
        await().atMost(SOON).until(() -> Files.exists(ready) || !process.isAlive());
        assertThat(process.isAlive()).as(() -> "controller: " + log("controller")).isTrue();
        return process;
    }

    /// kill -9, then a new process.
    void killAndRestartController() throws IOException, InterruptedException {
        controller.destroyForcibly().waitFor();
        controller = startController();
    }

    String log(String name) {
        try {
            return Files.readString(programs.log(name));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    // ---- agents

    /// Enrolls a host that may back up `source`, restore below `restore/NAME` and use every storage
    /// below the folder.
    void enroll(String name, Path source) throws IOException, InterruptedException {
        Path home = Files.createDirectories(folder.resolve("agents").resolve(name));
        Files.createDirectories(restoreRoot(name));
        Files.writeString(
                home.resolve("agent.toml"),
                """
                [allow]
                backup_paths = ["%1$s"]
                restore_roots = ["%2$s"]
                browse = true
                trusted_restore = true
                ssh_agent_sockets = ["%3$s"]
                orders_per_hour = { run = 1000, restore = 1000 }
                [[allow.storages]]
                name = "sftp"
                host = "127.0.0.1"
                port = %4$d
                path_prefix = "%5$s"
                use = ["repository"]
                [[allow.storages]]
                name = "refused"
                host = "127.0.0.1"
                port = 1
                path_prefix = "%5$s"
                use = ["repository"]
                [[allow.storages]]
                name = "local"
                path_prefix = "%5$s"
                use = ["repository"]
                """
                        .formatted(
                                source, restoreRoot(name), ssh.agentSocket(), ssh.port(), folder));
        Path token = home.resolve("token");
        ok("holdfast", "token", "create", "--out", token.toString());
        Result tokens = ok("holdfast", "token", "list", "-o", "json");
        Matcher ca = Pattern.compile("\"caFingerprint\": \"([^\"]+)\"").matcher(tokens.out());
        assertThat(ca.find()).as(tokens::toString).isTrue();
        ok(
                "holdfast-agent",
                "enroll",
                "--controller",
                "127.0.0.1:" + port,
                "--ca-fingerprint",
                ca.group(1),
                "--token-file",
                token.toString(),
                "--name",
                name,
                "--config",
                home.resolve("agent.toml").toString(),
                "--state-dir",
                home.resolve("state").toString());
        startAgent(name);
    }

    void startAgent(String name) throws IOException {
        Path home = folder.resolve("agents").resolve(name);
        agents.put(
                name,
                programs.start(
                        "agent-" + name,
                        "holdfast-agent",
                        "run",
                        "--config",
                        home.resolve("agent.toml").toString(),
                        "--state-dir",
                        home.resolve("state").toString()));
        await().atMost(SOON).pollInterval(Duration.ofMillis(500)).until(() -> connected(name));
    }

    private boolean connected(String name) throws IOException, InterruptedException {
        return holdfast("agent", "get", name).out().matches("(?s).*\\nstate +connected\\n.*");
    }

    void killAgent(String name) throws InterruptedException {
        Process agent = Objects.requireNonNull(agents.remove(name), name);
        agent.descendants().forEach(ProcessHandle::destroyForcibly);
        agent.destroyForcibly().waitFor();
    }

    Path restoreRoot(String name) {
        return folder.resolve("restore").resolve(name);
    }

    // ---- commands

    /// Of the controller.
    String address() {
        return "127.0.0.1:" + port;
    }

    Result holdfast(String... arguments) throws IOException, InterruptedException {
        return programs.run(command("holdfast", arguments));
    }

    /// A repository below the folder, through SSH.
    String location(String repository) {
        return "sftp://127.0.0.1:" + ssh.port() + folder.resolve("repository").resolve(repository);
    }

    Result ok(String... command) throws IOException, InterruptedException {
        Result result = programs.run(command);
        assertThat(result.exit()).as(result::toString).isZero();
        return result;
    }

    /// A storage that works, with its repository.
    void storage(String name, String agent) throws IOException, InterruptedException {
        createStorage(
                name, location(name), "password", ssh.config(name, true, ssh.identityAgent()));
        ok("holdfast", "repo", "init", name, "--agent", agent);
    }

    void createStorage(String name, String location, String password, Path sshConfig)
            throws IOException, InterruptedException {
        ok(
                "holdfast",
                "storage",
                "create",
                name,
                location,
                "--password-file-on-agent",
                folder.resolve(password).toString(),
                "--ssh-config",
                sshConfig.toString());
    }

    /// Stock restic on a repository, from the storage's side.
    Result restic(String repository, String... arguments) throws IOException, InterruptedException {
        String[] options = {
            "restic",
            "--no-cache",
            "-r",
            folder.resolve("repository").resolve(repository).toString()
        };
        String[] all = Arrays.copyOf(options, options.length + arguments.length);
        System.arraycopy(arguments, 0, all, options.length, arguments.length);
        return ok(all);
    }

    /// The snapshot that a page of a run names.
    static String snapshot(Result run) {
        Matcher line = Pattern.compile("(?m)^snapshot +([0-9a-f]{64})").matcher(run.out());
        assertThat(line.find()).as(run::toString).isTrue();
        return line.group(1);
    }

    private static String[] command(String program, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = program;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }

    @Override
    public void close() {
        agents.values().forEach(Process::destroy);
        controller.destroy();
        agents.values().forEach(Fleet::gone);
        gone(controller);
        ssh.close();
    }

    /// Waits for the end of a process that was asked to end, and enforces it after a while.
    private static void gone(Process process) {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
