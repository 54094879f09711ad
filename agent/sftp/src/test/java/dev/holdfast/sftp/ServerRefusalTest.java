package dev.holdfast.sftp;

import static dev.holdfast.sftp.SftpBackendTest.content;
import static dev.holdfast.sftp.SftpBackendTest.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A server that will not: full disk, missing rights. Permanent, quick, and explained.
class ServerRefusalTest {
    @TempDir private Path folder;

    @Test
    void fullDiskIsNoSpaceAndLeavesNoTemporaryFile() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        OpenSshServer.run(
                List.of("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()));
        try (OpenSshServer server = OpenSshServer.start(folder.resolve("sshd"))) {
            Path home = server.trustedHome(folder.resolve("home"));
            try (SftpBackend backend =
                    SftpBackend.open(
                            server.location(disk + "/repo"),
                            OpenSshServer.options(home),
                            SftpTuning.DEFAULT)) {
                backend.create();
                byte[] pack = content(16 << 20, 1);
                Handle handle = handle(FileType.PACK, pack);
                long start = System.nanoTime();

                BackendException e =
                        catchThrowableOfType(
                                BackendException.class,
                                () -> backend.save(handle, pack, 0, pack.length));

                assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
                assertThat(e).hasMessageContaining(handle.path());
                assertThat(e.hint()).contains("prune");
                assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
                try (Stream<Path> files =
                        Files.list(disk.resolve("repo/data/" + handle.name().substring(0, 2)))) {
                    assertThat(files).isEmpty();
                }
            }
        } finally {
            OpenSshServer.run(List.of("umount", "-l", disk.toString()));
        }
    }

    @Test
    void missingRightsNamePathAndAccount() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        try (OpenSshServer server = OpenSshServer.start(folder.resolve("sshd"))) {
            Path home = server.trustedHome(folder.resolve("home"));
            SftpLocation location =
                    SftpLocation.parse("sftp://nobody@127.0.0.1:" + server.port() + closed);
            // sshd reads the keys as the account that signs in
            OpenSshServer.run(List.of("chmod", "a+rx", folder.toString()));
            OpenSshServer.run(List.of("chmod", "a+rx", server.folder().toString()));
            OpenSshServer.run(
                    List.of("chmod", "a+r", server.folder().resolve("authorized_keys").toString()));
            OpenSshServer.run(List.of("chmod", "755", closed.toString()));
            try (SftpBackend backend =
                    SftpBackend.open(location, OpenSshServer.options(home), SftpTuning.DEFAULT)) {
                BackendException e = catchThrowableOfType(BackendException.class, backend::create);

                assertThat(e.kind()).isEqualTo(Kind.PERMISSION_DENIED);
                assertThat(e).hasMessageContaining(closed.toString());
                assertThat(e.hint()).contains("nobody");
            }
        }
    }
}
