package dev.holdfast.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class LocalBackendTest extends BackendContract {
    @TempDir private Path folder;

    private @Nullable Backend backend;

    @Override
    protected Backend backend() {
        Backend made =
                backend == null ? new LocalBackend(folder.resolve("repo"), new Random(1)) : backend;
        backend = made;
        return made;
    }

    @Override
    protected void plant(String path, byte[] content) throws IOException {
        Files.write(folder.resolve("repo").resolve(path), content);
    }

    @Override
    protected void removeFolder(String path) throws IOException {
        try (Stream<Path> paths = Files.walk(folder.resolve("repo").resolve(path))) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    protected List<String> names(String path) throws IOException {
        try (Stream<Path> paths = Files.list(folder.resolve("repo").resolve(path))) {
            return paths.map(each -> String.valueOf(each.getFileName())).toList();
        }
    }

    @Test
    void closesFilesAndFoldersToOthers() throws Exception {
        Backend created = created();
        byte[] content = bytes(1, 10);
        Handle handle = handle(FileType.PACK, content);
        created.save(handle, content, 0, content.length);
        assertThat(permissions("")).isEqualTo("rwx------");
        assertThat(permissions("data/00")).isEqualTo("rwx------");
        assertThat(permissions("keys")).isEqualTo("rwx------");
        assertThat(permissions(handle.path())).isEqualTo("r--------");
        assertThat(names("data")).hasSize(256);
    }

    @Test
    void sharesWithTheGroupWhereTheConfigDoes() throws Exception {
        Backend first = created();
        first.save(Handle.CONFIG, new byte[1], 0, 1);
        Path root = folder.resolve("repo");
        Files.setPosixFilePermissions(
                root.resolve("config"), PosixFilePermissions.fromString("r--r-----"));
        Backend second = new LocalBackend(root, new Random(2));
        byte[] content = bytes(1, 10);
        Handle handle = handle(FileType.PACK, content);
        removeFolder("data/" + handle.name().substring(0, 2));
        second.save(handle, content, 0, content.length);
        assertThat(permissions(handle.path())).isEqualTo("r--r-----");
    }

    @Test
    void saysThatTheRootIsMissingAndMakesNothing() throws Exception {
        Backend missing = new LocalBackend(folder.resolve("disk/repo"), new Random(3));
        byte[] content = bytes(1, 10);
        Handle handle = handle(FileType.PACK, content);
        assertFails(BackendException.Kind.PATH_MISSING, () -> missing.load(Handle.CONFIG));
        assertFails(BackendException.Kind.PATH_MISSING, () -> missing.list(FileType.SNAPSHOT));
        assertFails(BackendException.Kind.PATH_MISSING, () -> missing.load(handle));
        assertFails(
                BackendException.Kind.PATH_MISSING,
                () -> {
                    missing.save(handle, content, 0, content.length);
                    return null;
                });
        assertFails(
                BackendException.Kind.PATH_MISSING,
                () -> {
                    missing.remove(handle);
                    return null;
                });
        assertThat(folder.resolve("disk")).doesNotExist();
    }

    @Test
    void saysThatTheRootIsAFile() throws Exception {
        Files.write(folder.resolve("file"), new byte[1]);
        Backend file = new LocalBackend(folder.resolve("file"), new Random(3));
        assertFails(BackendException.Kind.PATH_MISSING, () -> file.load(Handle.CONFIG));
        assertFails(BackendException.Kind.PATH_MISSING, () -> file.list(FileType.KEY));
    }

    @Test
    void saysThatThereIsNoSpace() throws Exception {
        // A device that is always full stands in for a full disk.
        Backend created = created();
        byte[] content = bytes(1, 10);
        Path full = Path.of("/dev/full");
        assertThat(full).exists();
        IOException cause =
                catchThrowableOfType(IOException.class, () -> Files.write(full, content));
        BackendException failure =
                LocalFailure.of("write", Path.of(created.location()), full, cause);
        assertThat(failure.kind()).isEqualTo(BackendException.Kind.NO_SPACE);
        assertThat(failure.hint()).contains(created.location());
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("repo").resolve(path)));
    }
}
