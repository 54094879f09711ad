package dev.holdfast.engine.maintenance;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.maintenance.CheckProgress.Phase;
import dev.holdfast.engine.repository.BlobLocation;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.PackContents;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.snapshot.Snapshots;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Checks a repository (repository format, section 20) and changes nothing.
///
/// Always: every snapshot, the index, presence and size of every pack, every tree with all it leads
/// to. With data: every pack and every blob in it. Beyond what restic's check finds, an error is
/// also a plaintext length that header and index agree about wrongly, a file whose size is not the
/// sum of its chunks, and nodes that are out of order.
///
/// What is damaged becomes an error of the report. A storage that cannot be reached, or an
/// interrupt, ends the check with an exception instead: then nothing is known. The caller holds a
/// lock. Used once.
public final class Check {
    private final Repository repository;
    private final CheckState state;

    public Check(Repository repository, CheckListener listener) {
        this.repository = repository;
        this.state = new CheckState(listener);
    }

    /// Checks.
    public CheckReport run(CheckOptions options) throws IOException, InterruptedException {
        // Snapshots before the index, the index before the packs: what is added meanwhile is then
        // never missed.
        List<SnapshotId> ids = repository.snapshotIds();
        state.enter(Phase.LISTING, ids.size(), 0);
        List<TreeCheck.Visit> roots = loadSnapshots(ids);
        IndexedRepository index;
        try {
            index = repository.index();
        } catch (RepositoryException e) {
            state.error("index", e.getMessage() + " Nothing below the index could be checked.");
            return state.report();
        }
        Map<PackId, Long> sound = checkPacks(index, listPacks());
        state.enter(Phase.TREES, 0, 0);
        new TreeCheck(index, state).run(roots);
        if (options.readData()) {
            long bytes = sound.values().stream().mapToLong(Long::longValue).sum();
            state.enter(Phase.PACKS, sound.size(), bytes);
            new PackCheck(index, state, options.memoryMax()).run(sound);
        }
        return state.report();
    }

    private List<TreeCheck.Visit> loadSnapshots(List<SnapshotId> ids)
            throws IOException, InterruptedException {
        Snapshots snapshots = new Snapshots(repository);
        List<TreeCheck.Visit> roots = new ArrayList<>();
        for (SnapshotId id : ids) {
            String object = "snapshot " + id;
            try {
                roots.add(new TreeCheck.Visit(snapshots.load(id).snapshot().tree(), object));
                state.snapshots.increment();
                state.step();
            } catch (RepositoryException e) {
                // One that went away since it was listed was removed rightly.
                if (e.kind() != RepositoryException.Kind.NOT_FOUND) {
                    state.error(object, message(e));
                }
            }
        }
        return roots;
    }

    private Map<PackId, Long> listPacks() throws IOException, InterruptedException {
        Map<PackId, Long> sizes = new HashMap<>();
        for (Backend.Entry entry : repository.backend().list(FileType.PACK)) {
            sizes.put(PackId.parse(entry.handle().name()), entry.size());
        }
        return sizes;
    }

    /// Compares index and files.
    ///
    /// @return the packs that are worth reading, with their sizes
    private Map<PackId, Long> checkPacks(IndexedRepository index, Map<PackId, Long> sizes) {
        Map<PackId, Long> sound = new TreeMap<>();
        Map<PackId, Long> unknown = new HashMap<>(sizes);
        Set<PackId> disputed = index.disputedPacks();
        index.forEachPack(
                pack -> {
                    state.packs.increment();
                    unknown.remove(pack.pack());
                    Long size = sizes.get(pack.pack());
                    if (disputed.contains(pack.pack())) {
                        state.error(
                                object(pack.pack()), "index files disagree about what is in it");
                    } else if (size == null) {
                        state.error(object(pack.pack()), "is in the index, but there is no file");
                    } else if (isSound(pack, size)) {
                        sound.put(pack.pack(), size);
                    }
                });
        if (!unknown.isEmpty()) {
            state.hint(
                    object(unknown.keySet().iterator().next()),
                    "is in no index, as are "
                            + (unknown.size() - 1)
                            + " other packs; pruning removes them");
        }
        return sound;
    }

    private boolean isSound(PackContents pack, long size) {
        if (pack.fileSize() != size) {
            state.error(
                    object(pack.pack()),
                    "has " + size + " bytes, by the index it should have " + pack.fileSize());
            return false;
        }
        int end = 0;
        for (BlobLocation blob : pack.blobs()) {
            if (blob.offset() != end) {
                state.error(object(pack.pack()), "its blobs are not back to back at " + end);
                return false;
            }
            end += blob.length();
        }
        boolean mixed = pack.blobs().stream().map(BlobLocation::type).distinct().count() > 1;
        if (mixed && repository.config().version() > 1) {
            state.hint(object(pack.pack()), "has both data and trees; pruning separates them");
        }
        return true;
    }

    /// Whether a failure is one of the stored bytes, and not of the way to them.
    static boolean isDamage(IOException e) {
        return e instanceof RepositoryException
                || (e instanceof BackendException storage
                        && (storage.kind() == BackendException.Kind.NOT_FOUND
                                || storage.kind() == BackendException.Kind.RANGE));
    }

    static String object(PackId pack) {
        return "pack " + pack;
    }

    static String message(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
