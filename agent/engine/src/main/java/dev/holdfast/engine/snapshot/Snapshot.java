package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.Timestamp;

import java.util.List;
import java.util.Optional;

/// One backup of one host: where its root tree is and how it came about (repository format, section
/// 10).
///
/// @param time when the backup was taken
/// @param parent the snapshot whose trees told which files were unchanged; may no longer exist
/// @param tree the root tree
/// @param paths absolute targets in the order given
/// @param username user who ran the backup; empty when unknown
/// @param excludes the exclude patterns given
/// @param original the snapshot this one was derived from by a rewrite
/// @param programVersion what wrote it; empty when unknown
public record Snapshot(
        Timestamp time,
        Optional<SnapshotId> parent,
        TreeId tree,
        List<String> paths,
        String hostname,
        String username,
        long uid,
        long gid,
        List<String> excludes,
        List<String> tags,
        Optional<SnapshotId> original,
        String programVersion,
        Optional<SnapshotSummary> summary) {

    public Snapshot {
        paths = List.copyOf(paths);
        excludes = List.copyOf(excludes);
        tags = List.copyOf(tags);
    }

    /// Starts a snapshot with nothing but a time and a tree.
    public static Builder builder(Timestamp time, TreeId tree) {
        return new Builder(time, tree);
    }

    /// A builder that holds everything this snapshot holds.
    public Builder toBuilder() {
        return new Builder(time, tree)
                .parent(parent)
                .paths(paths)
                .hostname(hostname)
                .username(username)
                .owner(uid, gid)
                .excludes(excludes)
                .tags(tags)
                .original(original)
                .programVersion(programVersion)
                .summary(summary);
    }

    /// Reads the plaintext of a snapshot file; unknown fields are passed over.
    public static Snapshot read(byte[] json) throws JsonException {
        return SnapshotJson.read(json);
    }

    /// The plaintext of a snapshot file.
    public byte[] toJson() {
        return SnapshotJson.write(this);
    }

    /// Collects the fields of a snapshot; setters return the builder. Not thread-safe.
    public static final class Builder {
        private Timestamp time;
        private Optional<SnapshotId> parent = Optional.empty();
        private TreeId tree;
        private List<String> paths = List.of();
        private String hostname = "";
        private String username = "";
        private long uid;
        private long gid;
        private List<String> excludes = List.of();
        private List<String> tags = List.of();
        private Optional<SnapshotId> original = Optional.empty();
        private String programVersion = "";
        private Optional<SnapshotSummary> summary = Optional.empty();

        private Builder(Timestamp time, TreeId tree) {
            this.time = time;
            this.tree = tree;
        }

        public Builder time(Timestamp value) {
            time = value;
            return this;
        }

        public Builder parent(Optional<SnapshotId> value) {
            parent = value;
            return this;
        }

        public Builder tree(TreeId value) {
            tree = value;
            return this;
        }

        public Builder paths(List<String> value) {
            paths = value;
            return this;
        }

        public Builder hostname(String value) {
            hostname = value;
            return this;
        }

        public Builder username(String value) {
            username = value;
            return this;
        }

        public Builder owner(long newUid, long newGid) {
            uid = newUid;
            gid = newGid;
            return this;
        }

        public Builder excludes(List<String> value) {
            excludes = value;
            return this;
        }

        public Builder tags(List<String> value) {
            tags = value;
            return this;
        }

        public Builder original(Optional<SnapshotId> value) {
            original = value;
            return this;
        }

        public Builder programVersion(String value) {
            programVersion = value;
            return this;
        }

        public Builder summary(Optional<SnapshotSummary> value) {
            summary = value;
            return this;
        }

        public Snapshot build() {
            return new Snapshot(
                    time,
                    parent,
                    tree,
                    paths,
                    hostname,
                    username,
                    uid,
                    gid,
                    excludes,
                    tags,
                    original,
                    programVersion,
                    summary);
        }
    }
}
