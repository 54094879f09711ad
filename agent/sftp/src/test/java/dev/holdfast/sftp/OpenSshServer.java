package dev.holdfast.sftp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A private OpenSSH server on loopback: own port, host keys, authorized keys and log, all below
/// one folder. Also makes identities.
public final class OpenSshServer implements AutoCloseable {
    private static final int LOG_MAX = 4000;

    private final Path folder;
    private final int port;
    private final Process process;
    private final List<String> log = new ArrayList<>();

    private OpenSshServer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// What may differ between servers.
    ///
    /// @param hostKeyTypes as for `ssh-keygen -t`
    /// @param lines further lines of sshd_config
    public record Setup(List<String> hostKeyTypes, List<String> lines) {
        public static Setup usual() {
            return new Setup(List.of("ed25519"), List.of("Subsystem sftp internal-sftp"));
        }

        public Setup with(String... more) {
            List<String> all = new ArrayList<>(lines);
            all.addAll(List.of(more));
            return new Setup(hostKeyTypes, all);
        }

        public Setup hostKeys(String... types) {
            return new Setup(List.of(types), lines);
        }
    }

    public static OpenSshServer start(Path folder) {
        return start(folder, Setup.usual());
    }

    public static OpenSshServer start(Path folder, Setup setup) {
        return start(folder, setup, freePort());
    }

    /// Waits until it listens.
    public static OpenSshServer start(Path folder, Setup setup, int port) {
        try {
            Files.createDirectories(folder);
            Files.createDirectories(Path.of("/run/sshd"));
            Path authorized = folder.resolve("authorized_keys");
            if (!Files.exists(authorized)) {
                Files.createFile(authorized);
            }
            List<String> config = new ArrayList<>();
            config.add("Port " + port);
            config.add("ListenAddress 127.0.0.1");
            config.add("PidFile none");
            config.add("StrictModes no");
            config.add("UsePAM no");
            config.add("PermitRootLogin yes");
            config.add("PasswordAuthentication no");
            config.add("KbdInteractiveAuthentication no");
            config.add("LogLevel VERBOSE");
            config.add("AuthorizedKeysFile " + authorized);
            for (String type : setup.hostKeyTypes()) {
                Path key = folder.resolve("host_" + type);
                if (!Files.exists(key)) {
                    generate(key, type, "");
                }
                config.add("HostKey " + key);
            }
            config.addAll(setup.lines());
            Path file = folder.resolve("sshd_config");
            Files.write(file, config);
            Process process =
                    new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", file.toString())
                            .redirectErrorStream(true)
                            .start();
            OpenSshServer server = new OpenSshServer(folder, port, process);
            server.awaitListening();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening() {
        CompletableFuture<Void> listening = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (BufferedReader reader =
                                    new BufferedReader(
                                            new InputStreamReader(
                                                    process.getInputStream(),
                                                    StandardCharsets.UTF_8))) {
                                for (String line; (line = reader.readLine()) != null; ) {
                                    synchronized (log) {
                                        if (log.size() < LOG_MAX) {
                                            log.add(line);
                                        }
                                    }
                                    if (line.contains("Server listening")) {
                                        listening.complete(null);
                                    }
                                }
                            } catch (IOException e) {
                                listening.completeExceptionally(e);
                            }
                            listening.completeExceptionally(
                                    new IOException("sshd ended: " + log()));
                        });
        try {
            listening.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("sshd did not start: " + log(), e);
        }
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Makes an identity with `ssh-keygen`.
    public static Path generate(Path file, String type, String passphrase, String... options) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("ssh-keygen", "-q", "-t", type, "-N", passphrase));
        command.addAll(List.of("-C", "test " + file.getFileName(), "-f", file.toString()));
        command.addAll(List.of(options));
        run(command);
        return file;
    }

    /// Runs a tool to its end and gives what it printed.
    public static String run(List<String> command) {
        try {
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
            tool.getOutputStream().close();
            String output =
                    new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (tool.waitFor() != 0) {
                throw new IllegalStateException(command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Lets the identity in whose public half lies beside `identity`.
    public void authorize(Path identity) {
        try {
            Files.write(
                    folder.resolve("authorized_keys"), Files.readAllBytes(publicHalf(identity)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path publicHalf(Path identity) {
        return Path.of(identity + ".pub");
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    /// `type base64` of a host key.
    public String hostKey(String type) {
        try {
            String[] words =
                    Files.readString(publicHalf(folder.resolve("host_" + type))).split(" ", 3);
            return words[0] + " " + words[1];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `SHA256:…` of a host key, as `ssh-keygen` computes it.
    public String hostKeyFingerprint(String type) {
        return fingerprint(publicHalf(folder.resolve("host_" + type)));
    }

    public static String fingerprint(Path publicKey) {
        return run(List.of("ssh-keygen", "-l", "-f", publicKey.toString())).split(" ", 3)[1];
    }

    /// The line of a known-hosts file for the ed25519 host key.
    public String knownHostsLine() {
        return "[127.0.0.1]:" + port + " " + hostKey("ed25519");
    }

    /// A home folder whose `.ssh` knows this server and holds an identity it lets in.
    public Path trustedHome(Path home) {
        try {
            Path ssh = home.resolve(".ssh");
            Files.createDirectories(
                    ssh,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.writeString(ssh.resolve("known_hosts"), knownHostsLine() + "\n");
            authorize(generate(ssh.resolve("id_ed25519"), "ed25519", ""));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Options of that home, free of this machine's own configuration.
    public static SshOptions options(Path home, String... directives) {
        return new SshOptions(
                Optional.of(Path.of("none")),
                List.of(directives),
                List.of(),
                Optional.empty(),
                home,
                System.getProperty("user.name"));
    }

    public SftpLocation location(String path) {
        return SftpLocation.parse("sftp://127.0.0.1:" + port + path);
    }

    public String log() {
        synchronized (log) {
            return String.join("\n", log);
        }
    }

    /// Kills the processes that serve connections; the server itself goes on listening.
    public int killConnections() {
        List<ProcessHandle> children = process.descendants().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        return children.size();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
