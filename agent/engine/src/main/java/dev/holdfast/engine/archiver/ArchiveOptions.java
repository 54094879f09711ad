package dev.holdfast.engine.archiver;

import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.repository.UploadOptions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How to back up; the words are restic's.
///
/// @param hostname name the snapshot carries
/// @param username user who runs the backup; empty when unknown
/// @param tags of the snapshot
/// @param excludes patterns of what to leave out (repository format, section 16)
/// @param excludeIfPresent `NAME` or `NAME:header`: a directory that holds a file NAME, beginning
///   with the header if one is given, is stored with that file alone
/// @param excludeCaches leaves out what lies beside a `CACHEDIR.TAG`
/// @param excludeLargerThan leaves out files of more bytes; [Long#MAX_VALUE] for no bound
/// @param oneFileSystem stays on the file systems of the targets; mount points are stored empty
/// @param ignoreCtime takes a file as unchanged although its inode was changed
/// @param ignoreInode takes a file as unchanged although it is another inode; implies `ignoreCtime`
/// @param force compares with no parent: reads every file
/// @param parent snapshot to compare with instead of the newest one that fits
/// @param time of the snapshot instead of now
/// @param programVersion what the snapshot names as its writer
/// @param upload how blobs are stored
public record ArchiveOptions(
        String hostname,
        String username,
        long uid,
        long gid,
        List<String> tags,
        List<String> excludes,
        List<String> excludeIfPresent,
        boolean excludeCaches,
        long excludeLargerThan,
        boolean oneFileSystem,
        boolean ignoreCtime,
        boolean ignoreInode,
        boolean force,
        Optional<SnapshotId> parent,
        Optional<Instant> time,
        String programVersion,
        UploadOptions upload) {
    public ArchiveOptions {
        if (hostname.isEmpty()) {
            throw new IllegalArgumentException("a backup needs the name of its host");
        }
        tags = tags.stream().filter(tag -> !tag.isEmpty()).toList();
        excludes = List.copyOf(excludes);
        excludeIfPresent = List.copyOf(excludeIfPresent);
    }

    /// Starts with everything included, nothing forced.
    public static Builder builder(String hostname, UploadOptions upload) {
        return new Builder(hostname, upload);
    }

    /// Collects options; setters return the builder. Not thread-safe.
    public static final class Builder {
        private final String hostname;
        private final UploadOptions upload;
        private String username = "";
        private long uid;
        private long gid;
        private List<String> tags = List.of();
        private List<String> excludes = List.of();
        private List<String> excludeIfPresent = List.of();
        private boolean excludeCaches;
        private long excludeLargerThan = Long.MAX_VALUE;
        private boolean oneFileSystem;
        private boolean ignoreCtime;
        private boolean ignoreInode;
        private boolean force;
        private Optional<SnapshotId> parent = Optional.empty();
        private Optional<Instant> time = Optional.empty();
        private String programVersion = "";

        private Builder(String hostname, UploadOptions upload) {
            this.hostname = hostname;
            this.upload = upload;
        }

        public Builder user(String name, long newUid, long newGid) {
            username = name;
            uid = newUid;
            gid = newGid;
            return this;
        }

        public Builder tags(List<String> value) {
            tags = value;
            return this;
        }

        public Builder excludes(List<String> value) {
            excludes = value;
            return this;
        }

        public Builder excludeIfPresent(List<String> value) {
            excludeIfPresent = value;
            return this;
        }

        public Builder excludeCaches(boolean value) {
            excludeCaches = value;
            return this;
        }

        public Builder excludeLargerThan(long bytes) {
            excludeLargerThan = bytes;
            return this;
        }

        public Builder oneFileSystem(boolean value) {
            oneFileSystem = value;
            return this;
        }

        public Builder ignoreCtime(boolean value) {
            ignoreCtime = value;
            return this;
        }

        public Builder ignoreInode(boolean value) {
            ignoreInode = value;
            return this;
        }

        public Builder force(boolean value) {
            force = value;
            return this;
        }

        public Builder parent(SnapshotId value) {
            parent = Optional.of(value);
            return this;
        }

        public Builder time(Instant value) {
            time = Optional.of(value);
            return this;
        }

        public Builder programVersion(String value) {
            programVersion = value;
            return this;
        }

        public ArchiveOptions build() {
            return new ArchiveOptions(
                    hostname,
                    username,
                    uid,
                    gid,
                    tags,
                    excludes,
                    excludeIfPresent,
                    excludeCaches,
                    excludeLargerThan,
                    oneFileSystem,
                    ignoreCtime,
                    ignoreInode,
                    force,
                    parent,
                    time,
                    programVersion,
                    upload);
        }
    }
}
