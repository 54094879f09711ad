package dev.holdfast.daemon.operation;

import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.filesystem.LocalFileTarget;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryLock;
import dev.holdfast.engine.restorer.RestoreListener;
import dev.holdfast.engine.restorer.RestoreOptions;
import dev.holdfast.engine.restorer.RestoreResult;
import dev.holdfast.engine.restorer.Restorer;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.engine.snapshot.Snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/// One restore to a folder of this host.
public final class RestoreOperation {
    /// What to restore.
    ///
    /// @param snapshot id, prefix, or `latest` with the filter
    /// @param path in the snapshot; empty: everything
    /// @param lock how long to wait for a foreign lock; empty: take none
    public record Request(
            String snapshot,
            SnapshotFilter filter,
            String path,
            Path target,
            RestoreOptions options,
            Optional<Duration> lock) {}

    /// What was restored.
    public record Outcome(SnapshotFile snapshot, RestoreResult result, String repositoryId) {}

    private final RepositoryOpener opener;
    private final SecureRandom random;

    public RestoreOperation(RepositoryOpener opener, SecureRandom random) {
        this.opener = opener;
        this.random = random;
    }

    /// Opens, locks, restores.
    ///
    /// @param opened called once the snapshot was found
    public Outcome run(
            StorageAccess access,
            Secret password,
            Request request,
            Runnable opened,
            RestoreListener listener)
            throws IOException, InterruptedException {
        try (Repository repository = opener.open(access, password)) {
            if (request.lock().isEmpty()) return restore(repository, request, opened, listener);
            try (RepositoryLock lock =
                    repository.lock(RepositoryLock.Mode.SHARED, request.lock().get())) {
                Outcome outcome = restore(repository, request, opened, listener);
                lock.throwIfLost();
                return outcome;
            }
        }
    }

    private Outcome restore(
            Repository repository, Request request, Runnable opened, RestoreListener listener)
            throws IOException, InterruptedException {
        SnapshotFile snapshot =
                new Snapshots(repository).find(request.snapshot(), request.filter());
        opened.run();
        try (LocalFileTarget target = LocalFileTarget.open(request.target(), random)) {
            RestoreResult result =
                    new Restorer(repository.index(), target, request.options(), listener)
                            .run(snapshot, request.path());
            return new Outcome(snapshot, result, repository.config().id());
        }
    }
}
