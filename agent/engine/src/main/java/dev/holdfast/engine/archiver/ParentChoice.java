package dev.holdfast.engine.archiver;

import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.Snapshots;
import dev.holdfast.engine.snapshot.TreeLoader;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Chooses the snapshot to compare with (repository format, section 10).
final class ParentChoice {
    private ParentChoice() {}

    /// The newest snapshot of the same host, not newer than `time`, that has all of `paths` and
    /// whose root tree is in the index; or the one that was asked for.
    static Optional<SnapshotFile> choose(
            Snapshots snapshots,
            TreeLoader trees,
            ArchiveOptions options,
            List<String> paths,
            Instant time)
            throws IOException, InterruptedException {
        if (options.force()) {
            return Optional.empty();
        }
        if (options.parent().isPresent()) {
            try {
                return Optional.of(snapshots.load(options.parent().get()));
            } catch (RepositoryException e) {
                throw new ArchiveException(
                        ArchiveException.Kind.PARENT,
                        "the parent snapshot cannot be used: " + e.getMessage(),
                        "Name another parent, or none.",
                        e);
            }
        }
        return snapshots.allReadable().stream()
                .filter(file -> fits(file, options.hostname(), paths, time))
                .filter(file -> trees.contains(file.snapshot().tree()))
                .reduce((_, later) -> later); // they are sorted by time
    }

    static boolean fits(SnapshotFile file, String hostname, List<String> paths, Instant time) {
        return !file.snapshot().time().instant().isAfter(time)
                && file.snapshot().hostname().equals(hostname)
                && file.snapshot().paths().containsAll(paths);
    }
}
