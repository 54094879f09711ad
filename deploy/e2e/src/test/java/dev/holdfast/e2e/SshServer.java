package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A private sshd on loopback, an ssh-agent that holds the only identity it accepts, and files for
/// ssh_config.
final class SshServer implements AutoCloseable {
    private final Programs programs;
    private final Path folder;
    private final int port;
    private final List<Process> running = new ArrayList<>();

    SshServer(Programs programs, Path folder) throws IOException, InterruptedException {
        this.programs = programs;
        this.folder = Files.createDirectories(folder);
        this.port = freePort();
        Files.createDirectories(Path.of("/run/sshd"));
        keygen("host_key");
        keygen("identity");
        Files.copy(folder.resolve("identity.pub"), folder.resolve("authorized_keys"));
        Files.writeString(
                folder.resolve("sshd_config"),
                """
                ListenAddress 127.0.0.1
                Port %d
                HostKey %s/host_key
                AuthorizedKeysFile %s/authorized_keys
                PidFile none
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                UsePAM no
                StrictModes no
                Subsystem sftp internal-sftp
                """
                        .formatted(port, folder, folder));
        start();
        running.add(programs.start("ssh-agent", "ssh-agent", "-D", "-a", agentSocket().toString()));
        await().until(() -> Files.exists(agentSocket()));
        programs.set("SSH_AUTH_SOCK", agentSocket().toString());
        assertThat(programs.run("ssh-add", "-q", folder.resolve("identity").toString()).exit())
                .isZero();
    }

    int port() {
        return port;
    }

    Path agentSocket() {
        return folder.resolve("agent.sock");
    }

    private void start() throws IOException {
        running.add(
                programs.start(
                        "sshd",
                        "/usr/sbin/sshd",
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("sshd_config").toString()));
        await().atMost(Duration.ofSeconds(30)).until(() -> listens(port));
    }

    /// For this host, with strict host keys and the given lines; without known hosts the server is
    /// a stranger.
    Path config(String name, boolean known, String... lines) throws IOException {
        String[] key = Files.readString(folder.resolve("host_key.pub")).split(" ", -1);
        Path hosts =
                Files.writeString(
                        folder.resolve(name + ".known_hosts"),
                        known ? "[127.0.0.1]:%d %s %s%n".formatted(port, key[0], key[1]) : "");
        return Files.writeString(
                folder.resolve(name + ".config"),
                """
                Host 127.0.0.1
                  Port %d
                  User %s
                  UserKnownHostsFile %s
                  GlobalKnownHostsFile /dev/null
                  StrictHostKeyChecking yes
                  %s
                """
                        .formatted(
                                port,
                                System.getProperty("user.name"),
                                hosts,
                                String.join("\n  ", lines)));
    }

    /// The lines that let the ssh-agent sign.
    String identityAgent() {
        return "IdentityAgent " + agentSocket();
    }

    /// The same server, rebuilt: another host key.
    void changeHostKey() throws IOException, InterruptedException {
        running.getFirst().destroy();
        running.removeFirst().waitFor();
        Files.delete(folder.resolve("host_key"));
        Files.delete(folder.resolve("host_key.pub"));
        keygen("host_key");
        start();
        running.addFirst(running.removeLast());
    }

    String fingerprint() throws IOException, InterruptedException {
        return programs.run("ssh-keygen", "-lf", folder.resolve("host_key.pub").toString())
                .out()
                .split(" ", -1)[1];
    }

    private void keygen(String name) throws IOException, InterruptedException {
        Programs.Result made =
                programs.run(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-f",
                        folder.resolve(name).toString());
        assertThat(made.exit()).as(made::toString).isZero();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        running.forEach(Process::destroy);
    }
}
