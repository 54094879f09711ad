package dev.holdfast.daemon.operation;

import dev.holdfast.daemon.storage.HostFacts;
import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.archiver.ArchiveListener;
import dev.holdfast.engine.archiver.ArchiveOptions;
import dev.holdfast.engine.archiver.ArchiveProgress;
import dev.holdfast.engine.archiver.ArchiveResult;
import dev.holdfast.engine.archiver.Archiver;
import dev.holdfast.engine.archiver.ItemOutcome;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.filesystem.LocalFileSource;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryLock;
import dev.holdfast.engine.repository.UploadOptions;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.engine.snapshot.Snapshots;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/// One backup of this host.
public final class BackupOperation {
    /// What to back up.
    ///
    /// @param targets paths as bytes; relative ones start at the working directory
    /// @param host name to record; empty: the host's own
    /// @param parent id or prefix of the snapshot to compare with; empty: the newest that fits
    /// @param retryLock how long to wait for a foreign lock
    public record Request(
            List<byte[]> targets,
            List<String> excludes,
            List<String> tags,
            String host,
            Optional<String> parent,
            Optional<Instant> time,
            boolean force,
            boolean oneFileSystem,
            boolean excludeCaches,
            Duration retryLock) {
        public Request {
            targets = List.copyOf(targets);
            excludes = List.copyOf(excludes);
            tags = List.copyOf(tags);
        }
    }

    /// A backup that was read back.
    ///
    /// @param durable whether the storage promised that it survives power loss
    public record Outcome(ArchiveResult result, String repositoryId, boolean durable) {}

    private final RepositoryOpener opener;
    private final InstantSource clock;
    private final ZoneId zone;

    public BackupOperation(RepositoryOpener opener, InstantSource clock, ZoneId zone) {
        this.opener = opener;
        this.clock = clock;
        this.zone = zone;
    }

    /// Opens, locks, backs up, reads back.
    ///
    /// @param opened called once the repository is open and locked
    public Outcome run(
            StorageAccess access,
            Secret password,
            Request request,
            Runnable opened,
            ArchiveListener listener)
            throws IOException, InterruptedException {
        try (Repository repository = opener.open(access, password);
                RepositoryLock lock =
                        repository.lock(RepositoryLock.Mode.SHARED, request.retryLock());
                LocalFileSource source = new LocalFileSource()) {
            opened.run();
            ArchiveOptions options = options(repository, request);
            Archiver archiver =
                    new Archiver(
                            repository.index(),
                            source,
                            options,
                            new Guarded(listener, lock),
                            clock,
                            zone);
            ArchiveResult result = archiver.run(request.targets());
            return new Outcome(result, repository.config().id(), repository.backend().durable());
        }
    }

    private ArchiveOptions options(Repository repository, Request request)
            throws IOException, InterruptedException {
        HostFacts host = opener.host();
        ArchiveOptions.Builder options =
                ArchiveOptions.builder(
                                request.host().isEmpty() ? host.hostName() : request.host(),
                                UploadOptions.defaults(repository.backend().connections()))
                        .user(host.userName(), host.uid(), host.gid())
                        .tags(request.tags())
                        .excludes(request.excludes())
                        .excludeCaches(request.excludeCaches())
                        .oneFileSystem(request.oneFileSystem())
                        .force(request.force())
                        .programVersion(Version.program());
        if (request.parent().isPresent()) {
            options.parent(
                    new Snapshots(repository)
                            .find(request.parent().get(), SnapshotFilter.ALL)
                            .id());
        }
        request.time().ifPresent(options::time);
        return options.build();
    }

    /// Nothing is committed without the lock.
    private record Guarded(ArchiveListener inner, RepositoryLock lock) implements ArchiveListener {
        @Override
        public void progress(ArchiveProgress progress) {
            inner.progress(progress);
        }

        @Override
        public void item(ItemOutcome outcome) {
            inner.item(outcome);
        }

        @Override
        public void beforeSnapshot() throws IOException, InterruptedException {
            lock.throwIfLost();
            inner.beforeSnapshot();
        }
    }
}
