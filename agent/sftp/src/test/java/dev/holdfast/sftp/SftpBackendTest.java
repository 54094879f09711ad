package dev.holdfast.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.id.Sha256;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// The backend against a real server: what lies on its disk afterwards, and what people are told.
class SftpBackendTest {
    private static final int PACK_SIZE = 5_000_000;

    @TempDir private Path folder;
    private OpenSshServer server;
    private Path root;
    private SftpBackend backend;

    @BeforeEach
    void open() throws Exception {
        server = OpenSshServer.start(folder.resolve("sshd"));
        server.trustedHome(folder.resolve("home"));
        root = folder.resolve("repo");
        backend = openAt(root.toString());
    }

    @AfterEach
    void close() {
        backend.close();
        server.close();
    }

    private SftpBackend openAt(String path) throws Exception {
        return SftpBackend.open(
                server.location(path),
                OpenSshServer.options(folder.resolve("home")),
                SftpTuning.DEFAULT);
    }

    static Handle handle(FileType type, byte[] content) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
        return new Handle(type, HexFormat.of().formatHex(hash));
    }

    static byte[] content(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void createMakesTheLayoutPrivate() throws Exception {
        backend.create();

        assertThat(root.resolve("data/00")).isDirectory();
        assertThat(root.resolve("data/ff")).isDirectory();
        for (String name : List.of("keys", "locks", "snapshots", "index", "data", "data/7f")) {
            assertThat(mode(root.resolve(name))).isEqualTo("rwx------");
        }
    }

    @Test
    void packIsStoredReadOnlyUnderItsNameAndReadBack() throws Exception {
        backend.create();
        byte[] bytes = content(PACK_SIZE, 1);
        Handle handle = handle(FileType.PACK, bytes);

        backend.save(handle, bytes, 0, bytes.length);

        assertThat(root.resolve(handle.path())).hasBinaryContent(bytes);
        assertThat(mode(root.resolve(handle.path()))).isEqualTo("r--------");
        assertThat(backend.load(handle)).isEqualTo(bytes);
        assertThat(backend.size(handle)).isEqualTo(PACK_SIZE);
        assertThat(backend.list(FileType.PACK))
                .containsExactly(new Backend.Entry(handle, PACK_SIZE));
        assertThat(names(root.resolve("data/" + handle.name().substring(0, 2)))).hasSize(1);
    }

    @Test
    void rangeLandsInTheMiddleOfTheTarget() throws Exception {
        backend.create();
        byte[] bytes = content(PACK_SIZE, 2);
        Handle handle = handle(FileType.PACK, bytes);
        backend.save(handle, bytes, 0, bytes.length);
        byte[] target = new byte[1_000_100];

        backend.load(handle, 777_777, target, 50, 1_000_000);

        assertThat(Arrays.copyOfRange(target, 50, 1_000_050))
                .isEqualTo(Arrays.copyOfRange(bytes, 777_777, 1_777_777));
        assertThat(Arrays.copyOf(target, 50)).isEqualTo(new byte[50]);
    }

    @Test
    void rangeBeyondTheEndIsRefused() throws Exception {
        backend.create();
        byte[] bytes = content(1000, 3);
        Handle handle = handle(FileType.PACK, bytes);
        backend.save(handle, bytes, 0, bytes.length);

        assertThatThrownBy(() -> backend.load(handle, 900, new byte[200], 0, 200))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RANGE))
                .hasMessageContaining(handle.path());
    }

    @Test
    void missingFolderOfAPackIsMadeOnDemand() throws Exception {
        backend.create();
        byte[] bytes = content(1000, 4);
        Handle handle = handle(FileType.PACK, bytes);
        Files.delete(root.resolve("data/" + handle.name().substring(0, 2)));

        backend.save(handle, bytes, 0, bytes.length);

        assertThat(backend.load(handle)).isEqualTo(bytes);
    }

    @Test
    void savingWhereThereIsNoRepositoryNamesTheMissingFolder() throws Exception {
        byte[] bytes = content(10, 5);

        assertThatThrownBy(() -> backend.save(handle(FileType.PACK, bytes), bytes, 0, 10))
                .isInstanceOfSatisfying(
                        BackendException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.PATH_MISSING))
                .hasMessageContaining(root.toString());
    }

    @Test
    void configIsReplacedAtomically() throws Exception {
        backend.create();
        backend.save(Handle.CONFIG, content(100, 6), 0, 100);
        byte[] second = content(120, 7);

        backend.save(Handle.CONFIG, second, 0, second.length);

        assertThat(backend.load(Handle.CONFIG)).isEqualTo(second);
    }

    @Test
    void groupReadableConfigMakesFilesGroupReadable() throws Exception {
        backend.create();
        backend.save(Handle.CONFIG, content(100, 6), 0, 100);
        Files.setPosixFilePermissions(
                root.resolve("config"), PosixFilePermissions.fromString("r--r-----"));
        byte[] bytes = content(10, 8);
        Handle handle = handle(FileType.SNAPSHOT, bytes);

        try (SftpBackend again = openAt(root.toString())) {
            again.save(handle, bytes, 0, bytes.length);
        }

        assertThat(mode(root.resolve(handle.path()))).isEqualTo("r--r-----");
    }

    @Test
    void foreignNamesAreLeftOutOfListings() throws Exception {
        backend.create();
        byte[] bytes = content(10, 9);
        Handle handle = handle(FileType.SNAPSHOT, bytes);
        backend.save(handle, bytes, 0, bytes.length);
        Files.writeString(root.resolve("snapshots/README"), "x");
        Files.writeString(root.resolve("snapshots/" + handle.name() + "-restic-temp-0123"), "x");
        Files.createSymbolicLink(
                root.resolve("snapshots/" + "0".repeat(64)), Path.of("/etc/passwd"));

        assertThat(backend.list(FileType.SNAPSHOT)).containsExactly(new Backend.Entry(handle, 10));
    }

    @Test
    void listsThousandsOfPacks() throws Exception {
        backend.create();
        int count = 3000;
        for (int i = 0; i < count; i++) {
            byte[] bytes = content(8, i);
            Files.write(root.resolve(handle(FileType.PACK, bytes).path()), bytes);
        }

        assertThat(backend.list(FileType.PACK)).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    void removingTwiceIsFine() throws Exception {
        backend.create();
        byte[] bytes = content(10, 10);
        Handle handle = handle(FileType.LOCK, bytes);
        backend.save(handle, bytes, 0, bytes.length);

        backend.remove(handle);
        backend.remove(handle);

        assertThat(backend.list(FileType.LOCK)).isEmpty();
        assertThatThrownBy(() -> backend.load(handle))
                .isInstanceOfSatisfying(
                        BackendException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void relativePathStartsAtTheLoginFolder() throws Exception {
        String home = System.getProperty("user.home");

        try (SftpBackend relative = openAt("/~/some/where")) {
            assertThat(relative.resolvedPath()).isEqualTo(home + "/some/where");
            assertThat(relative.location()).endsWith(home + "/some/where");
        }
    }

    @Test
    void openSshIsDurable() {
        assertThat(backend.durable()).isTrue();
    }

    @Test
    void emptyFileIsKept() throws Exception {
        backend.create();
        Handle handle = handle(FileType.INDEX, new byte[0]);

        backend.save(handle, new byte[0], 0, 0);

        assertThat(backend.load(handle)).isEmpty();
        assertThat(Sha256.isHex(handle.name())).isTrue();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<Path> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
