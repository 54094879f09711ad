package dev.holdfast.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.crypto.Hasher;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/// What every storage does. A subclass says how to get at one and behind it.
public abstract class BackendContract {
    /// The storage under test, new and without folders at first, the same one on each call.
    protected abstract Backend backend() throws Exception;

    /// Puts a file at a path below the root, past the backend; its folder exists.
    protected abstract void plant(String path, byte[] content) throws Exception;

    /// Removes a folder and all in it, past the backend.
    protected abstract void removeFolder(String path) throws Exception;

    /// Names of all files in a folder, past the backend.
    protected abstract List<String> names(String folder) throws Exception;

    @Test
    void loadsWhatWasSavedOfEveryType() throws Exception {
        Backend backend = created();
        for (FileType type : FileType.values()) {
            byte[] content = bytes(type.folder().length(), 1000);
            Handle handle = type == FileType.CONFIG ? Handle.CONFIG : handle(type, content);
            backend.save(handle, content, 0, content.length);
            assertThat(backend.load(handle)).isEqualTo(content);
            assertThat(backend.size(handle)).isEqualTo(1000);
            assertThat(backend.list(type)).containsExactly(new Backend.Entry(handle, 1000));
        }
    }

    @Test
    void savesTheRangeAlone() throws Exception {
        Backend backend = created();
        byte[] content = bytes(1, 5000);
        Handle handle = handle(FileType.PACK, content);
        backend.save(handle, content, 100, 4000);
        assertThat(backend.load(handle)).isEqualTo(Arrays.copyOfRange(content, 100, 4100));
        assertThat(content).isEqualTo(bytes(1, 5000));
    }

    @Test
    void savesAnEmptyFile() throws Exception {
        Backend backend = created();
        Handle handle = handle(FileType.LOCK, new byte[0]);
        backend.save(handle, new byte[0], 0, 0);
        assertThat(backend.load(handle)).isEmpty();
        assertThat(backend.list(FileType.LOCK)).containsExactly(new Backend.Entry(handle, 0));
    }

    @Test
    void loadsRanges() throws Exception {
        Backend backend = created();
        byte[] content = bytes(2, 300_000);
        Handle handle = handle(FileType.PACK, content);
        backend.save(handle, content, 0, content.length);
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            int position = random.nextInt(content.length);
            int length = random.nextInt(content.length - position + 1);
            byte[] target = new byte[length + 20];
            backend.load(handle, position, target, 10, length);
            assertThat(Arrays.copyOfRange(target, 10, 10 + length))
                    .isEqualTo(Arrays.copyOfRange(content, position, position + length));
            assertThat(target[9]).isZero();
            assertThat(target[10 + length]).isZero();
        }
    }

    @Test
    void refusesRangesBeyondTheEnd() throws Exception {
        Backend backend = created();
        byte[] content = bytes(2, 1000);
        Handle handle = handle(FileType.PACK, content);
        backend.save(handle, content, 0, content.length);
        assertFails(
                BackendException.Kind.RANGE,
                () -> {
                    backend.load(handle, 900, new byte[101], 0, 101);
                    return null;
                });
        assertFails(
                BackendException.Kind.RANGE,
                () -> {
                    backend.load(handle, 5000, new byte[1], 0, 1);
                    return null;
                });
    }

    @Test
    void saysWhatIsNotThere() throws Exception {
        Backend backend = created();
        for (FileType type : FileType.values()) {
            Handle handle = type == FileType.CONFIG ? Handle.CONFIG : handle(type, bytes(4, 10));
            assertFails(BackendException.Kind.NOT_FOUND, () -> backend.load(handle));
            assertFails(BackendException.Kind.NOT_FOUND, () -> backend.size(handle));
            assertFails(
                    BackendException.Kind.NOT_FOUND,
                    () -> {
                        backend.load(handle, 0, new byte[1], 0, 1);
                        return null;
                    });
            backend.remove(handle);
        }
    }

    @Test
    void removesFiles() throws Exception {
        Backend backend = created();
        byte[] content = bytes(5, 10);
        Handle handle = handle(FileType.INDEX, content);
        backend.save(handle, content, 0, content.length);
        backend.remove(handle);
        backend.remove(handle);
        assertThat(backend.list(FileType.INDEX)).isEmpty();
        assertFails(BackendException.Kind.NOT_FOUND, () -> backend.load(handle));
    }

    @Test
    void replacesTheConfig() throws Exception {
        Backend backend = created();
        backend.save(Handle.CONFIG, bytes(6, 200), 0, 200);
        backend.save(Handle.CONFIG, bytes(7, 100), 0, 100);
        assertThat(backend.load(Handle.CONFIG)).isEqualTo(bytes(7, 100));
    }

    @Test
    void savesTheSameFileAgain() throws Exception {
        Backend backend = created();
        byte[] content = bytes(8, 5000);
        Handle handle = handle(FileType.PACK, content);
        backend.save(handle, content, 0, content.length);
        backend.save(handle, content, 0, content.length);
        assertThat(backend.load(handle)).isEqualTo(content);
    }

    @Test
    void leavesNoTemporaryFiles() throws Exception {
        Backend backend = created();
        byte[] content = bytes(9, 5000);
        Handle handle = handle(FileType.SNAPSHOT, content);
        backend.save(handle, content, 0, content.length);
        assertThat(names("snapshots")).containsExactly(handle.name());
    }

    @Test
    void createsTwice() throws Exception {
        Backend backend = created();
        byte[] content = bytes(10, 10);
        backend.save(handle(FileType.PACK, content), content, 0, content.length);
        backend.create();
        assertThat(backend.list(FileType.PACK)).hasSize(1);
    }

    @Test
    void ignoresOddNames() throws Exception {
        Backend backend = created();
        byte[] content = bytes(11, 10);
        Handle pack = handle(FileType.PACK, content);
        Handle index = handle(FileType.INDEX, content);
        backend.save(pack, content, 0, content.length);
        backend.save(index, content, 0, content.length);
        plant("index/" + index.name() + "-tmp-123", content);
        plant("index/" + index.name().substring(1), content);
        plant("index/README", content);
        plant(pack.path() + "-restic-temp-0123", content);
        plant("data/" + pack.name(), content);
        assertThat(backend.list(FileType.INDEX)).containsExactly(new Backend.Entry(index, 10));
        assertThat(backend.list(FileType.PACK)).containsExactly(new Backend.Entry(pack, 10));
    }

    @Test
    void takesAMissingFolderForAnEmptyOne() throws Exception {
        Backend backend = created();
        backend.save(Handle.CONFIG, bytes(12, 10), 0, 10);
        removeFolder("locks");
        assertThat(backend.list(FileType.LOCK)).isEmpty();
    }

    @Test
    void makesThePackFolderWhenItIsMissing() throws Exception {
        Backend backend = created();
        backend.save(Handle.CONFIG, bytes(13, 10), 0, 10);
        byte[] content = bytes(14, 100);
        Handle handle = handle(FileType.PACK, content);
        removeFolder("data/" + handle.name().substring(0, 2));
        assertFails(BackendException.Kind.NOT_FOUND, () -> backend.load(handle));
        backend.save(handle, content, 0, content.length);
        assertThat(backend.load(handle)).isEqualTo(content);
        assertThat(backend.list(FileType.PACK)).hasSize(1);
    }

    @Test
    void listsManyFilesWithTheirSizes() throws Exception {
        Backend backend = created();
        for (int i = 0; i < 300; i++) {
            byte[] content = bytes(i, 10 + i);
            backend.save(handle(FileType.PACK, content), content, 0, content.length);
        }
        List<Backend.Entry> entries = backend.list(FileType.PACK);
        assertThat(entries.stream().map(Backend.Entry::size).sorted())
                .isEqualTo(LongStream.range(10, 310).boxed().toList());
        assertThat(entries.stream().map(e -> e.handle().name()).distinct()).hasSize(300);
    }

    @Test
    void keepsALargeFile() throws Exception {
        Backend backend = created();
        byte[] content = bytes(15, 20 << 20);
        Handle handle = handle(FileType.PACK, content);
        backend.save(handle, content, 0, content.length);
        assertThat(Arrays.equals(backend.load(handle), content)).isTrue();
        byte[] target = new byte[8 << 20];
        backend.load(handle, 7_000_001, target, 0, target.length);
        assertThat(
                        Arrays.mismatch(
                                target,
                                Arrays.copyOfRange(content, 7_000_001, 7_000_001 + target.length)))
                .isEqualTo(-1);
    }

    @Test
    void servesManyThreads() throws Exception {
        Backend backend = created();
        try (TaskGroup group = TaskGroup.ofVirtual("many")) {
            for (int i = 0; i < 32; i++) {
                int seed = i;
                group.fork(
                        "file " + i,
                        () -> {
                            byte[] content = bytes(seed, 20_000 + seed);
                            Handle handle = handle(FileType.PACK, content);
                            backend.save(handle, content, 0, content.length);
                            assertThat(backend.load(handle)).isEqualTo(content);
                            backend.list(FileType.PACK);
                            byte[] part = new byte[100];
                            backend.load(handle, seed, part, 0, 100);
                            assertThat(part)
                                    .isEqualTo(Arrays.copyOfRange(content, seed, seed + 100));
                            return seed;
                        });
            }
            group.join();
        }
        assertThat(backend.list(FileType.PACK)).hasSize(32);
    }

    @Test
    void endsWhenInterrupted() throws Exception {
        Backend backend = created();
        byte[] content = bytes(16, 100);
        Handle handle = handle(FileType.PACK, content);
        assertInterrupted(
                () -> {
                    backend.save(handle, content, 0, content.length);
                    return null;
                });
        assertThat(backend.list(FileType.PACK)).isEmpty();
        backend.save(handle, content, 0, content.length);
        assertInterrupted(() -> backend.load(handle));
        assertInterrupted(() -> backend.size(handle));
        assertInterrupted(() -> backend.list(FileType.PACK));
        assertInterrupted(
                () -> {
                    backend.load(handle, 0, new byte[1], 0, 1);
                    return null;
                });
        assertInterrupted(
                () -> {
                    backend.remove(handle);
                    return null;
                });
        assertThat(backend.load(handle)).isEqualTo(content);
    }

    /// The backend under test, with its folders.
    protected final Backend created() throws Exception {
        Backend backend = backend();
        backend.create();
        return backend;
    }

    /// Bytes that look random, the same for each seed.
    protected static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /// The name that content has.
    protected static Handle handle(FileType type, byte[] content) {
        return new Handle(type, new Hasher().hash(content, 0, content.length).toString());
    }

    /// Asserts that an operation fails in this way, naming the place.
    protected static void assertFails(BackendException.Kind kind, Callable<?> operation) {
        BackendException failure = catchThrowableOfType(BackendException.class, operation::call);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageMatching("(?s).{10,}");
    }

    private static void assertInterrupted(Callable<?> operation) {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(operation::call).isInstanceOf(InterruptedException.class);
        } finally {
            assertThat(Thread.interrupted()).isFalse();
        }
    }
}
