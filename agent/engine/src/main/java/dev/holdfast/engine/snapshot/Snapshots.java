package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.repository.RepositoryException.Kind;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The snapshots of a repository. As safe for many threads as the repository is.
public final class Snapshots {
    /// The word for the newest snapshot.
    public static final String LATEST = "latest";

    private static final Comparator<SnapshotFile> BY_TIME =
            Comparator.comparing((SnapshotFile file) -> file.snapshot().time().instant())
                    .thenComparing(SnapshotFile::id);

    private final Repository repository;

    public Snapshots(Repository repository) {
        this.repository = repository;
    }

    /// Loads one snapshot.
    ///
    /// @throws RepositoryException of kind CORRUPT where it cannot be read
    public SnapshotFile load(SnapshotId id) throws IOException, InterruptedException {
        byte[] json = repository.loadUnpacked(FileType.SNAPSHOT, id.toString());
        try {
            return new SnapshotFile(id, Snapshot.read(json));
        } catch (JsonException e) {
            throw new RepositoryException(
                    Kind.CORRUPT,
                    "snapshot " + id + " cannot be read: " + e.getMessage(),
                    "Check the repository; other snapshots are not affected.",
                    e);
        }
    }

    /// Loads all snapshots, oldest first. One that is removed meanwhile is left out.
    ///
    /// @throws RepositoryException of kind CORRUPT where one cannot be read
    public List<SnapshotFile> all() throws IOException, InterruptedException {
        return loadAll(this::loadIfPresent);
    }

    /// Loads all snapshots that can be read, oldest first: for those who can do without the others.
    public List<SnapshotFile> allReadable() throws IOException, InterruptedException {
        return loadAll(
                id -> {
                    try {
                        return loadIfPresent(id);
                    } catch (RepositoryException _) {
                        return Optional.empty();
                    }
                });
    }

    @FunctionalInterface
    private interface Load {
        Optional<SnapshotFile> load(SnapshotId id) throws IOException, InterruptedException;
    }

    private List<SnapshotFile> loadAll(Load load) throws IOException, InterruptedException {
        List<SnapshotId> ids = repository.snapshotIds();
        ConcurrentLinkedQueue<SnapshotFile> loaded = new ConcurrentLinkedQueue<>();
        AtomicInteger next = new AtomicInteger();
        int readers = Math.min(repository.backend().connections(), ids.size());
        Callable<Boolean> reader =
                () -> {
                    for (int i = next.getAndIncrement();
                            i < ids.size();
                            i = next.getAndIncrement()) {
                        load.load(ids.get(i)).ifPresent(loaded::add);
                    }
                    return true;
                };
        try (TaskGroup group = TaskGroup.ofVirtual("load snapshots")) {
            for (int i = 0; i < readers; i++) {
                group.fork("snapshots " + i, reader);
            }
            group.join(IOException.class);
        }
        List<SnapshotFile> sorted = new ArrayList<>(loaded);
        sorted.sort(BY_TIME);
        return sorted;
    }

    private Optional<SnapshotFile> loadIfPresent(SnapshotId id)
            throws IOException, InterruptedException {
        try {
            return Optional.of(load(id));
        } catch (BackendException e) {
            if (e.kind() == BackendException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Finds the snapshot a person means: a whole id, the beginning of exactly one, or `latest` for
    /// the newest that `filter` lets through.
    ///
    /// @throws RepositoryException of kind NOT_FOUND or AMBIGUOUS
    public SnapshotFile find(String idPrefixOrLatest, SnapshotFilter filter)
            throws IOException, InterruptedException {
        if (idPrefixOrLatest.equals(LATEST)) {
            return all().stream()
                    .filter(file -> filter.matches(file.snapshot()))
                    .max(BY_TIME)
                    .orElseThrow(() -> notFound("there is no snapshot that fits"));
        }
        if (Sha256.isHex(idPrefixOrLatest)) {
            return loadIfPresent(SnapshotId.parse(idPrefixOrLatest))
                    .orElseThrow(() -> notFound("there is no snapshot " + idPrefixOrLatest));
        }
        List<SnapshotId> found =
                repository.snapshotIds().stream()
                        .filter(id -> id.toString().startsWith(idPrefixOrLatest))
                        .limit(2)
                        .toList();
        if (idPrefixOrLatest.isEmpty() || found.isEmpty()) {
            throw notFound("there is no snapshot " + idPrefixOrLatest);
        }
        if (found.size() > 1) {
            throw new RepositoryException(
                    Kind.AMBIGUOUS,
                    "several snapshots begin with " + idPrefixOrLatest,
                    "Give more digits of the id.");
        }
        return load(found.getFirst());
    }

    private static RepositoryException notFound(String message) {
        return new RepositoryException(
                Kind.NOT_FOUND, message, "List the snapshots to see which there are.");
    }

    /// Stores a snapshot. Everything it leads to must be durable and indexed before.
    public SnapshotId save(Snapshot snapshot) throws IOException, InterruptedException {
        return SnapshotId.parse(repository.saveUnpacked(FileType.SNAPSHOT, snapshot.toJson()));
    }
}
