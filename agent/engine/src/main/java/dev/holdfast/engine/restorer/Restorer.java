package dev.holdfast.engine.restorer;

import dev.holdfast.engine.filesystem.FileTarget;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.TreeLoader;
import dev.holdfast.engine.snapshot.TreeWalk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Restores snapshots, or parts of them, into a [FileTarget].
///
/// The caller holds a lock of the repository meanwhile. A restore that is interrupted or fails as a
/// whole leaves complete files and no parts of files; the same restore again goes on from there,
/// since content that is in place is not read again. For one thread.
public final class Restorer {
    private final IndexedRepository repository;
    private final FileTarget target;
    private final RestoreOptions options;
    private final RestoreListener listener;

    public Restorer(
            IndexedRepository repository,
            FileTarget target,
            RestoreOptions options,
            RestoreListener listener) {
        this.repository = repository;
        this.target = target;
        this.options = options;
        this.listener = listener;
    }

    /// Plans and executes.
    ///
    /// @param path in the snapshot, with `/` between names: a directory whose content is restored
    ///   into the target, or a file that is restored into it; empty or `/` for everything
    public RestoreResult run(SnapshotFile snapshot, String path)
            throws IOException, InterruptedException {
        return execute(plan(snapshot, path.getBytes(StandardCharsets.UTF_8)));
    }

    /// Decides what is to be made; reads trees only.
    ///
    /// @param path raw bytes, as for [#run]
    /// @throws RepositoryException of kind NOT_FOUND where the snapshot has no such path
    public RestorePlan plan(SnapshotFile snapshot, byte[] path)
            throws IOException, InterruptedException {
        Meter meter = new Meter(listener);
        meter.begin(RestorePhase.PLAN, 0, 0, true);
        Planner planner = new Planner(repository, options, meter, listener);
        TreeId root = snapshot.snapshot().tree();
        byte[] clean = RawPath.clean(path);
        if (RawPath.split(clean).isEmpty() || RawPath.isDot(clean)) {
            return planner.planTree(root);
        }
        return planner.planNode(
                new TreeWalk(new TreeLoader(repository))
                        .find(root, clean)
                        .orElseThrow(() -> notFound(path)));
    }

    /// Carries out a plan.
    ///
    /// @throws dev.holdfast.engine.filesystem.FileAccessException of kind NO_SPACE where the target
    ///   is full, IN_THE_WAY where it should be empty and is not
    public RestoreResult execute(RestorePlan plan) throws IOException, InterruptedException {
        return new Execution(repository, target, options, plan, listener).run();
    }

    private static RepositoryException notFound(byte[] path) {
        return new RepositoryException(
                RepositoryException.Kind.NOT_FOUND,
                "the snapshot has no " + new String(path, StandardCharsets.UTF_8),
                "list the snapshot to see what it has");
    }
}
