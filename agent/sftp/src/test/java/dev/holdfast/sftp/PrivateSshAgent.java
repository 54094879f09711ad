package dev.holdfast.sftp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// An ssh-agent of its own, which dies with the test.
public final class PrivateSshAgent implements AutoCloseable {
    private final Process process;
    private final Path socket;

    private PrivateSshAgent(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /// A folder with a short path: socket names have room for some 100 bytes.
    public static PrivateSshAgent start() {
        try {
            Path socket = Files.createTempDirectory("hfa").resolve("s");
            Process process =
                    new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
            // it prints its socket once it listens
            byte[] first = new byte[1];
            if (process.getInputStream().read(first) != 1) {
                throw new IllegalStateException("ssh-agent did not start");
            }
            return new PrivateSshAgent(process, socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path socket() {
        return socket;
    }

    public void add(Path identity) {
        add(identity, "");
    }

    /// Loads an identity; a passphrase goes through an askpass program, as there is no terminal.
    public void add(Path identity, String passphrase) {
        try {
            Path askPass = Files.createTempFile("askpass", ".sh");
            Files.writeString(askPass, "#!/bin/sh\necho '" + passphrase + "'\n");
            if (!askPass.toFile().setExecutable(true)) {
                throw new IllegalStateException("cannot make " + askPass + " executable");
            }
            ProcessBuilder builder =
                    new ProcessBuilder("ssh-add", "-q", identity.toString())
                            .redirectErrorStream(true);
            builder.environment().put("SSH_AUTH_SOCK", socket.toString());
            builder.environment().put("SSH_ASKPASS", askPass.toString());
            builder.environment().put("SSH_ASKPASS_REQUIRE", "force");
            builder.environment().put("DISPLAY", ":0");
            Process tool = builder.start();
            String output =
                    new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (tool.waitFor() != 0) {
                throw new IllegalStateException("ssh-add failed: " + output);
            }
            Files.delete(askPass);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(socket);
            Path folder = socket.getParent();
            if (folder != null) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
