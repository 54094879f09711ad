package dev.holdfast.sftp;

import static dev.holdfast.sftp.SftpBackendTest.content;
import static dev.holdfast.sftp.SftpBackendTest.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Connections that break in the middle: the operation ends as if nothing had happened, and nothing
/// is left behind.
class BrokenConnectionTest {
    private static final int PACK_SIZE = 4_000_000;

    @TempDir private Path folder;
    private OpenSshServer server;
    private CuttingProxy proxy;
    private Path root;
    private SftpBackend backend;

    @BeforeEach
    void open() throws Exception {
        server = OpenSshServer.start(folder.resolve("sshd"));
        server.trustedHome(folder.resolve("home"));
        proxy = CuttingProxy.before(server.port());
        root = folder.resolve("repo");
        SftpLocation location = SftpLocation.parse("sftp://127.0.0.1:" + proxy.port() + root);
        backend =
                SftpBackend.open(
                        location,
                        OpenSshServer.options(
                                folder.resolve("home"),
                                "HostKeyAlias=[127.0.0.1]:" + server.port()),
                        SftpTuning.DEFAULT);
        backend.create();
    }

    @AfterEach
    void close() {
        backend.close();
        proxy.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 5_000, 300_000, 2_000_000, 3_999_000})
    void uploadSurvivesACutAnywhere(long bytes) throws Exception {
        byte[] pack = content(PACK_SIZE, bytes);
        Handle handle = handle(FileType.PACK, pack);
        proxy.cutOnceAfter(bytes);

        backend.save(handle, pack, 0, pack.length);

        assertThat(proxy.cuts()).isEqualTo(1);
        assertThat(root.resolve(handle.path())).hasBinaryContent(pack);
        try (Stream<Path> files =
                Files.list(root.resolve("data/" + handle.name().substring(0, 2)))) {
            assertThat(files.toList()).hasSize(1);
        }
    }

    @Test
    void uploadSurvivesTheDeathOfTheServersProcess() throws Exception {
        List<byte[]> packs =
                Stream.iterate(1, i -> i + 1).limit(12).map(i -> content(PACK_SIZE, i)).toList();
        int killed = 0;

        for (byte[] pack : packs) {
            Handle handle = handle(FileType.PACK, pack);
            killed += server.killConnections();
            backend.save(handle, pack, 0, pack.length);
            assertThat(backend.load(handle)).isEqualTo(pack);
        }

        assertThat(killed).isPositive();
        assertThat(backend.list(FileType.PACK)).hasSize(packs.size());
    }

    @Test
    void serverThatStaysAwayIsReportedOnceTheBudgetIsSpent() throws Exception {
        byte[] lock = content(100, 1);
        Handle handle = handle(FileType.LOCK, lock);
        SftpTuning impatient =
                new SftpTuning(
                        2,
                        16,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(500));
        try (SftpBackend other =
                SftpBackend.open(
                        server.location(root.toString()),
                        OpenSshServer.options(folder.resolve("home")),
                        impatient)) {
            server.close();

            assertThatThrownBy(() -> other.save(handle, lock, 0, lock.length))
                    .isInstanceOfSatisfying(
                            BackendException.class,
                            e -> {
                                assertThat(e.retryable()).isTrue();
                                assertThat(e.kind())
                                        .isIn(Kind.CONNECTION_REFUSED, Kind.CONNECTION_LOST);
                            });
        }
    }

    @Test
    void controlTrafficHasAConnectionOfItsOwn() throws Exception {
        byte[] pack = content(1000, 1);

        backend.save(handle(FileType.PACK, pack), pack, 0, pack.length);

        assertThat(backend.openConnections()).isEqualTo(2);
    }
}
