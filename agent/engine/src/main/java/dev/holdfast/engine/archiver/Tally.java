package dev.holdfast.engine.archiver;

import dev.holdfast.engine.json.Timestamp;
import dev.holdfast.engine.repository.UploadCounts;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.SnapshotSummary;

import java.util.Optional;

/// Counts items as snapshots summarise them (repository format, section 10): against the parent
/// snapshot's complete nodes. Used by one thread at a time.
final class Tally {
    private final Counts files = new Counts();
    private final Counts directories = new Counts();
    private long bytes;

    private static final class Counts {
        private long added;
        private long changed;
        private long unmodified;

        void count(Node node, Optional<Node> previous) {
            if (previous.isEmpty() || previous.get().type() != node.type()) {
                added++;
            } else if (previous.get().equals(node)) {
                unmodified++;
            } else {
                changed++;
            }
        }
    }

    /// Counts a file or directory; other nodes are not counted.
    ///
    /// @param taken whether it is a file with the content of the parent's: then it is unmodified
    ///   whatever became of its metadata
    void item(Node node, Optional<Node> previous, boolean taken) {
        if (node.type() == NodeType.DIRECTORY) {
            directories.count(node, previous);
        } else if (node.type() == NodeType.FILE) {
            bytes += node.size();
            if (taken) {
                files.unmodified++;
            } else {
                files.count(node, previous);
            }
        }
    }

    SnapshotSummary summary(Timestamp start, Timestamp end, UploadCounts counts) {
        return new SnapshotSummary(
                start,
                end,
                files.added,
                files.changed,
                files.unmodified,
                directories.added,
                directories.changed,
                directories.unmodified,
                counts.dataBlobs(),
                counts.treeBlobs(),
                counts.plaintextBytes(),
                counts.packedBytes(),
                files.added + files.changed + files.unmodified,
                bytes);
    }
}
