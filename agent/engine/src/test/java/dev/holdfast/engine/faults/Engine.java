package dev.holdfast.engine.faults;

import dev.holdfast.engine.archiver.ArchiveListener;
import dev.holdfast.engine.archiver.ArchiveOptions;
import dev.holdfast.engine.archiver.ArchiveResult;
import dev.holdfast.engine.archiver.Archiver;
import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.filesystem.LocalFileSource;
import dev.holdfast.engine.filesystem.LocalFileTarget;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.maintenance.Check;
import dev.holdfast.engine.maintenance.CheckFinding;
import dev.holdfast.engine.maintenance.CheckListener;
import dev.holdfast.engine.maintenance.CheckOptions;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryContext;
import dev.holdfast.engine.repository.RepositoryLock;
import dev.holdfast.engine.repository.RepositoryOptions;
import dev.holdfast.engine.repository.UploadOptions;
import dev.holdfast.engine.restorer.RestoreListener;
import dev.holdfast.engine.restorer.RestoreOptions;
import dev.holdfast.engine.restorer.RestoreResult;
import dev.holdfast.engine.restorer.Restorer;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.Snapshots;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Backs up and restores as a process does that is started anew for each task.
final class Engine {
    static final String PASSWORD = "correct horse";

    private static final RepositoryContext CONTEXT =
            new RepositoryContext(InstantSource.system(), new SecureRandom(), "host", "user");

    private final Backend backend;

    Engine(Backend backend) {
        this.backend = backend;
    }

    private static Secret password() {
        return Secret.of(PASSWORD.getBytes(StandardCharsets.UTF_8));
    }

    Engine init() throws IOException, InterruptedException {
        Repository.init(
                        backend,
                        password(),
                        new RepositoryOptions(
                                2, Optional.empty(), new ScryptParameters(1024, 8, 1)),
                        CONTEXT)
                .close();
        return this;
    }

    ArchiveResult backup(Path source) throws IOException, InterruptedException {
        try (Repository repository = Repository.open(backend, password(), CONTEXT);
                RepositoryLock lock = repository.lock(RepositoryLock.Mode.SHARED, Duration.ZERO);
                LocalFileSource files = new LocalFileSource()) {
            ArchiveOptions options =
                    ArchiveOptions.builder("host", UploadOptions.defaults(2)).build();
            ArchiveResult result =
                    new Archiver(
                                    repository.index(),
                                    files,
                                    options,
                                    ArchiveListener.NONE,
                                    InstantSource.system(),
                                    ZoneOffset.UTC)
                            .run(List.of(RawPath.of(source)));
            lock.throwIfLost();
            return result;
        }
    }

    /// Restores what was backed up from `source` into `target`.
    RestoreResult restore(SnapshotId snapshot, Path source, Path target, RestoreOptions options)
            throws IOException, InterruptedException {
        try (Repository repository = Repository.open(backend, password(), CONTEXT);
                LocalFileTarget into = LocalFileTarget.open(target, new SplittableRandom(3))) {
            SnapshotFile file = new Snapshots(repository).load(snapshot);
            Restorer restorer =
                    new Restorer(repository.index(), into, options, RestoreListener.silent());
            return restorer.execute(restorer.plan(file, RawPath.of(source)));
        }
    }

    List<SnapshotId> snapshots() throws IOException, InterruptedException {
        try (Repository repository = Repository.open(backend, password(), CONTEXT)) {
            return repository.snapshotIds();
        }
    }

    /// Removes the locks of a process that died.
    void removeLocks() throws IOException, InterruptedException {
        for (Backend.Entry entry : backend.list(FileType.LOCK)) {
            backend.remove(entry.handle());
        }
    }

    /// Checks with all data; the errors found.
    List<CheckFinding> errors() throws IOException, InterruptedException {
        try (Repository repository = Repository.open(backend, password(), CONTEXT)) {
            return new Check(repository, CheckListener.NONE).run(new CheckOptions(true)).errors();
        }
    }
}
