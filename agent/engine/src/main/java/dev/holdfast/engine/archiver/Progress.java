package dev.holdfast.engine.archiver;

import dev.holdfast.engine.archiver.ArchiveProgress.Phase;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.snapshot.SnapshotSummary;

import java.util.Optional;

/// Counts what the walk does and tells the listener a few times a second. Used by one thread at a
/// time.
final class Progress {
    private static final long INTERVAL_NANOS = 250_000_000;
    private static final byte[] NOTHING = {};

    private final ArchiveListener listener;
    private final Outcomes outcomes;
    private Phase phase = Phase.PREPARING;
    private long files;
    private long directories;
    private long bytes;
    private long bytesRead;
    private long filesExpected;
    private long bytesExpected;
    private byte[] current = NOTHING;
    private byte[] currentDirectory = NOTHING;
    private long told = System.nanoTime();

    Progress(ArchiveListener listener, Outcomes outcomes) {
        this.listener = listener;
        this.outcomes = outcomes;
    }

    void expect(Optional<SnapshotSummary> summary) {
        filesExpected = summary.map(SnapshotSummary::totalFilesProcessed).orElse(0L);
        bytesExpected = summary.map(SnapshotSummary::totalBytesProcessed).orElse(0L);
    }

    void enter(Phase next) {
        phase = next;
        current = NOTHING;
        currentDirectory = NOTHING;
        tell();
    }

    /// The item at hand; its path is put together only when somebody is told.
    void at(byte[] directory, byte[] name) {
        currentDirectory = directory;
        current = name;
    }

    void read(long count) {
        bytesRead += count;
        tellSometimes();
    }

    void file(long size) {
        files++;
        bytes += size;
        tellSometimes();
    }

    void directory() {
        directories++;
        tellSometimes();
    }

    private void tellSometimes() {
        if (System.nanoTime() - told > INTERVAL_NANOS) {
            tell();
        }
    }

    private void tell() {
        told = System.nanoTime();
        String item =
                current.length == 0
                        ? ""
                        : RawPath.display(RawPath.child(currentDirectory, current));
        listener.progress(
                new ArchiveProgress(
                        phase,
                        files,
                        directories,
                        bytes,
                        bytesRead,
                        outcomes.count(),
                        filesExpected,
                        bytesExpected,
                        item));
    }
}
