package dev.holdfast.sftp;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendContract;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What every storage does, over a real server.
class SftpBackendContractTest extends BackendContract {
    @TempDir private Path folder;
    private OpenSshServer server;
    private SftpBackend backend;
    private Path root;

    @BeforeEach
    void open() throws Exception {
        server = OpenSshServer.start(folder.resolve("sshd"));
        Path home = server.trustedHome(folder.resolve("home"));
        root = folder.resolve("repo");
        backend =
                SftpBackend.open(
                        server.location(root.toString()),
                        OpenSshServer.options(home),
                        SftpTuning.DEFAULT);
    }

    @AfterEach
    void close() {
        backend.close();
        server.close();
    }

    @Override
    protected Backend backend() {
        return backend;
    }

    @Override
    protected void plant(String path, byte[] content) throws IOException {
        Files.write(root.resolve(path), content);
    }

    @Override
    protected void removeFolder(String path) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(path))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    protected List<String> names(String path) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(path))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
