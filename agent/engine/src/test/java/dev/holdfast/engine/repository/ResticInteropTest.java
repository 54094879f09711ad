package dev.holdfast.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.LocalBackend;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.RepositoryLock.Mode;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Stock restic reads what we write and we read what it writes. `restic` must be on the PATH;
/// further versions are taken from the folder that HOLDFAST_RESTIC_DIR names.
class ResticInteropTest {
    @TempDir private Path folder;

    static Stream<String> binaries() throws IOException {
        String more = System.getenv("HOLDFAST_RESTIC_DIR");
        if (more == null) {
            return Stream.of("restic");
        }
        try (Stream<Path> files = Files.list(Path.of(more))) {
            List<String> found =
                    files.map(Path::toString)
                            .filter(path -> path.contains("/restic-"))
                            .sorted()
                            .toList();
            return Stream.concat(Stream.of("restic"), found.stream());
        }
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void resticChecksWhatWeWrite(String binary) throws Exception {
        Repository repository = init(2);
        for (UploadOptions.Compression compression : UploadOptions.Compression.values()) {
            UploadOptions options =
                    UploadOptions.defaults(2).withPackSize(4 << 20).withCompression(compression);
            try (BlobUploader uploader = repository.index().uploader(options)) {
                for (int i = 0; i < 200; i++) {
                    byte[] content = Samples.bytes(compression.level() * 1000 + i, i * 777);
                    uploader.store(BlobType.DATA, content, 0, content.length, () -> {});
                    byte[] tree = ("{\"nodes\":[],\"x\":" + i + compression + "}").getBytes(UTF_8);
                    uploader.store(BlobType.TREE, tree, 0, tree.length, () -> {});
                }
                uploader.finish();
            }
        }
        restic(binary, 0, "check", "--read-data");
        assertThat(restic(binary, 0, "list", "packs").lines().count())
                .isEqualTo(repository.index().packCount());
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void weReadWhatResticWrites(String binary) throws Exception {
        for (int version = 1; version <= 2; version++) {
            Path source = folder.resolve("source");
            Files.createDirectories(source);
            byte[] content = Samples.bytes(version, 3_000_000);
            Files.write(source.resolve("large"), content);
            Files.write(source.resolve("small"), new byte[] {1, 2, 3});
            restic(binary, 0, "init", "--repository-version", Integer.toString(version));
            restic(binary, 0, "backup", source.toString());
            Repository repository = open();
            assertThat(repository.config().version()).isEqualTo(version);
            assertThat(repository.snapshotIds()).hasSize(1);
            byte[] snapshot =
                    repository.loadUnpacked(
                            FileType.SNAPSHOT, repository.snapshotIds().getFirst().toString());
            assertThat(new String(snapshot, UTF_8)).startsWith("{\"time\":\"");
            IndexedRepository indexed = repository.index();
            List<BlobLocation> blobs = new ArrayList<>();
            indexed.forEachPack(pack -> blobs.addAll(pack.blobs()));
            assertThat(blobs).hasSizeGreaterThan(4);
            long bytes = 0;
            for (BlobLocation blob : blobs) {
                byte[] loaded = indexed.loadBlob(blob.type(), blob.id());
                bytes += blob.type() == BlobType.DATA ? loaded.length : 0;
            }
            assertThat(bytes).isEqualTo(3_000_003);
            deleteRepository();
        }
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void resticHeedsOurLocks(String binary) throws Exception {
        Repository repository = init(2);
        Path source = Files.createDirectories(folder.resolve("source"));
        try (RepositoryLock shared = repository.lock(Mode.SHARED, Duration.ZERO)) {
            restic(binary, 0, "backup", source.toString());
            assertThat(restic(binary, -1, "prune")).contains("already locked").contains("host");
            shared.throwIfLost();
        }
        try (RepositoryLock exclusive = repository.lock(Mode.EXCLUSIVE, Duration.ZERO)) {
            assertThat(restic(binary, -1, "snapshots")).contains("already locked exclusively");
            exclusive.throwIfLost();
        }
        restic(binary, 0, "prune");
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void weHeedResticsLocks(String binary) throws Exception {
        Repository repository = init(2);
        Process backup = process(binary, "backup", "--stdin").start();
        try (OutputStream input = backup.getOutputStream()) {
            input.write(new byte[100]);
            while (repository.lockHolders().isEmpty()) {
                assertThat(backup.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            RepositoryException failure =
                    catchThrowableOfType(
                            RepositoryException.class,
                            () -> repository.lock(Mode.EXCLUSIVE, Duration.ZERO));
            assertThat(failure.kind()).isEqualTo(RepositoryException.Kind.LOCKED);
            assertThat(failure).hasMessageContaining("process " + backup.pid());
            repository.lock(Mode.SHARED, Duration.ZERO).close();
        }
        assertThat(backup.waitFor()).isZero();
        repository.lock(Mode.EXCLUSIVE, Duration.ZERO).close();
    }

    private Repository init(int version) throws Exception {
        RepositoryOptions options =
                new RepositoryOptions(version, Samples.OPTIONS.polynomial(), Samples.SCRYPT);
        return Repository.init(backend(), Samples.password(), options, context());
    }

    private Repository open() throws Exception {
        return Repository.open(backend(), Samples.password(), context());
    }

    private LocalBackend backend() {
        return new LocalBackend(folder.resolve("repo"), new Random(1));
    }

    private static RepositoryContext context() {
        return Samples.context(InstantSource.system());
    }

    private void deleteRepository() throws IOException {
        try (Stream<Path> paths = Files.walk(folder.resolve("repo"))) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    /// Runs restic and returns what it prints.
    ///
    /// @param exit expected; -1 for any failure
    private String restic(String binary, int exit, String... arguments) throws Exception {
        Process process = process(binary, arguments).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        int actual = process.waitFor();
        assertThat(exit == -1 ? actual != 0 : actual == exit)
                .as("restic %s: exit %d, %s", List.of(arguments), actual, output)
                .isTrue();
        return output;
    }

    private ProcessBuilder process(String binary, String... arguments) {
        List<String> command = new ArrayList<>(List.of(binary, "--no-cache"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("RESTIC_REPOSITORY", folder.resolve("repo").toString());
        builder.environment().put("RESTIC_PASSWORD", "correct horse");
        return builder;
    }
}
