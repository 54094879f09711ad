package dev.holdfast.engine.archiver;

import dev.holdfast.engine.archiver.ArchiveProgress.Phase;
import dev.holdfast.engine.archiver.PendingDirectory.Previous;
import dev.holdfast.engine.chunker.Chunker;
import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.FileSource;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.Timestamp;
import dev.holdfast.engine.repository.BlobUploader;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.repository.UploadCounts;
import dev.holdfast.engine.snapshot.Snapshot;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.Snapshots;
import dev.holdfast.engine.snapshot.TreeLoader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;

/// Takes one backup: targets in, a snapshot that was read back out.
///
/// The caller holds a shared lock and has loaded the index after taking it. An interrupted backup
/// writes nothing more than the index of what is stored already, so that the next one goes on from
/// there. Used once, by one thread.
public final class Archiver {
    /// Most outcomes that a result lists; all are counted.
    public static final int FAILURES_MAX = 100;

    private final IndexedRepository repository;
    private final FileSource source;
    private final ArchiveOptions options;
    private final ArchiveListener listener;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Snapshots snapshots;
    private final TreeLoader loader;
    private final Outcomes outcomes;
    private final Exclusions exclusions;
    private final Progress progress;

    /// @param zone time zone that times are written in; part of the trees' bytes
    /// @throws IllegalArgumentException for a broken exclude pattern
    public Archiver(
            IndexedRepository repository,
            FileSource source,
            ArchiveOptions options,
            ArchiveListener listener,
            InstantSource clock,
            ZoneId zone) {
        this.repository = repository;
        this.source = source;
        this.options = options;
        this.listener = listener;
        this.clock = clock;
        this.zone = zone;
        this.snapshots = new Snapshots(repository.repository());
        this.loader = new TreeLoader(repository);
        this.outcomes = new Outcomes(listener, FAILURES_MAX);
        this.exclusions = new Exclusions(options, outcomes);
        this.progress = new Progress(listener, outcomes);
    }

    /// Backs up `targets`, absolute or relative to the source's working directory.
    ///
    /// @throws ArchiveException where no snapshot could be made of them
    public ArchiveResult run(List<byte[]> targets) throws IOException, InterruptedException {
        progress.enter(Phase.PREPARING);
        Instant start = clock.instant();
        List<byte[]> existing = targets.stream().filter(this::exists).toList();
        if (existing.isEmpty() && !targets.isEmpty()) {
            throw missing();
        }
        return run(existing, start);
    }

    /// Whether a target is there; if not, it is reported and not listed in the snapshot.
    private boolean exists(byte[] target) {
        byte[] clean = RawPath.clean(target);
        if (TargetTree.isNameless(clean)) {
            return true;
        }
        try (FileSource.Directory directory =
                source.openDirectory(source.absolute(RawPath.parent(clean)))) {
            directory.status(RawPath.split(clean).getLast());
            return true;
        } catch (FileAccessException e) {
            if (e.kind() == FileAccessException.Kind.NOT_FOUND
                    || e.kind() == FileAccessException.Kind.KIND_CHANGED) {
                outcomes.addMissing(clean);
                return false;
            }
            return true; // it is there; reading it will tell what is wrong
        }
    }

    private ArchiveResult run(List<byte[]> targets, Instant start)
            throws IOException, InterruptedException {
        List<String> paths = absolutePaths(targets);
        TargetTree shape = shape(targets);
        Instant time = options.time().orElse(start);
        Optional<SnapshotFile> parent =
                ParentChoice.choose(snapshots, loader, options, paths, time);
        progress.expect(parent.flatMap(file -> file.snapshot().summary()));

        Tally tally = new Tally();
        UploadCounts counts;
        TreeId tree;
        try (BlobUploader uploader = repository.uploader(options.upload())) {
            tree = store(uploader, shape, parent, tally);
            progress.enter(Phase.FINISHING);
            uploader.finish();
            counts = uploader.counts();
        }
        Snapshot snapshot =
                Snapshot.builder(Timestamp.of(time, zone), tree)
                        .parent(parent.map(SnapshotFile::id))
                        .paths(paths)
                        .hostname(options.hostname())
                        .username(options.username())
                        .owner(options.uid(), options.gid())
                        .excludes(options.excludes())
                        .tags(options.tags())
                        .programVersion(options.programVersion())
                        .summary(
                                Optional.of(
                                        tally.summary(
                                                Timestamp.of(start, zone),
                                                Timestamp.of(clock.instant(), zone),
                                                counts)))
                        .build();
        SnapshotId id = commit(snapshot);
        return new ArchiveResult(id, snapshot, counts, outcomes.first(), outcomes.count());
    }

    private List<String> absolutePaths(List<byte[]> targets) {
        Set<String> paths = new LinkedHashSet<>();
        for (byte[] target : targets) {
            byte[] path = RawPath.clean(source.absolute(target));
            paths.add(new String(path, StandardCharsets.UTF_8));
        }
        return List.copyOf(paths);
    }

    /// A target without a name of its own is replaced by its entries, which filters apply to.
    private TargetTree shape(List<byte[]> targets) throws ArchiveException {
        TargetTree shape = TargetTree.empty();
        for (byte[] target : targets) {
            if (!TargetTree.isNameless(target)) {
                shape.add(target, true);
                continue;
            }
            byte[] clean = RawPath.clean(target);
            try (FileSource.Directory directory = source.openDirectory(source.absolute(clean))) {
                for (byte[] name : directory.list()) {
                    shape.add(TargetTree.join(clean, name), false);
                }
            } catch (FileAccessException e) {
                outcomes.add(clean, e);
            }
        }
        if (shape.children().isEmpty()) {
            throw outcomes.count() > 0 ? missing() : empty();
        }
        return shape;
    }

    private TreeId store(
            BlobUploader uploader, TargetTree shape, Optional<SnapshotFile> parent, Tally tally)
            throws IOException, InterruptedException {
        progress.enter(Phase.READING);
        ParentTrees parents = new ParentTrees(loader, outcomes);
        Optional<Previous> previous = Optional.empty();
        if (parent.isPresent()) {
            previous = parents.load(parent.get().snapshot().tree(), new byte[] {'/'});
        }
        PendingDirectory root = new PendingDirectory(previous);
        TreeWriter trees = new TreeWriter(repository, uploader, tally);
        Chunker chunker = new Chunker(repository.repository().config().polynomial());
        Walk walk =
                new Walk(
                        source,
                        repository,
                        exclusions,
                        new NodeMaker(source, zone, options),
                        parents,
                        new ContentReader(chunker, uploader, progress::read),
                        trees,
                        outcomes,
                        progress);
        try (TaskGroup group = TaskGroup.ofPlatform("archiver", 2)) {
            group.fork(
                    "walk",
                    () -> {
                        walk.run(shape, root);
                        return true;
                    });
            Future<TreeId> tree = group.fork("trees", () -> trees.run(root));
            group.join(IOException.class);
            if (root.entries().isEmpty()) {
                throw outcomes.count() > 0 ? missing() : empty();
            }
            return tree.resultNow();
        }
    }

    private ArchiveException missing() {
        List<ItemOutcome> first = outcomes.first();
        return new ArchiveException(
                ArchiveException.Kind.TARGETS_MISSING,
                "none of the targets could be read: "
                        + first.getFirst().path()
                        + ": "
                        + first.getFirst().message(),
                "Correct the paths, or run as a user who may read them.",
                null);
    }

    private static ArchiveException empty() {
        return new ArchiveException(
                ArchiveException.Kind.EMPTY,
                "the targets hold nothing that could be stored",
                "Name targets with something in them, or exclude less.",
                null);
    }

    /// Everything is durable and indexed: writes the snapshot and reads it back.
    private SnapshotId commit(Snapshot snapshot) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        progress.enter(Phase.VERIFYING);
        listener.beforeSnapshot();
        SnapshotId id = snapshots.save(snapshot);
        try {
            Snapshot stored = snapshots.load(id).snapshot();
            if (!stored.equals(snapshot)) {
                throw notVerified(id, "it differs from what was written", null);
            }
            loader.load(stored.tree());
        } catch (RepositoryException e) {
            throw notVerified(id, e.getMessage(), e);
        }
        return id;
    }

    private static ArchiveException notVerified(
            SnapshotId id, @Nullable String reason, @Nullable RepositoryException cause) {
        return new ArchiveException(
                ArchiveException.Kind.NOT_VERIFIED,
                "snapshot " + id + " was written but cannot be read back: " + reason,
                "Check the repository before you rely on it, and back up again.",
                cause);
    }
}
