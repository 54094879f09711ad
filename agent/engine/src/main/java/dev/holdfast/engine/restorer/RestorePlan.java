package dev.holdfast.engine.restorer;

import dev.holdfast.engine.filesystem.FileMetadata;
import dev.holdfast.engine.filesystem.TargetPath;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a restore is going to make, and what it cannot. Immutable; made by [Restorer#plan] without
/// touching the target, so that it can be shown before anything is done.
public final class RestorePlan {
    private final List<PlannedDirectory> directories;
    private final List<PlannedFile> files;
    private final List<PlannedLink> hardLinks;
    private final List<PlannedEntry> entries;
    private final List<ItemFailure> failures;
    private final long failureCount;
    private final long bytes;

    RestorePlan(
            List<PlannedDirectory> directories,
            List<PlannedFile> files,
            List<PlannedLink> hardLinks,
            List<PlannedEntry> entries,
            Failures failures) {
        this.directories = List.copyOf(directories);
        this.files = List.copyOf(files);
        this.hardLinks = List.copyOf(hardLinks);
        this.entries = List.copyOf(entries);
        this.failures = failures.listed();
        this.failureCount = failures.count();
        this.bytes = files.stream().mapToLong(PlannedFile::size).sum();
    }

    /// Directories below the root, parents before children. The root is not among them.
    List<PlannedDirectory> directories() {
        return directories;
    }

    /// Regular files, one for each inode.
    List<PlannedFile> files() {
        return files;
    }

    /// Further names of those files.
    List<PlannedLink> hardLinks() {
        return hardLinks;
    }

    /// Symbolic links and special files.
    List<PlannedEntry> entries() {
        return entries;
    }

    public long directoryCount() {
        return directories.size();
    }

    /// Regular files, hard links included.
    public long fileCount() {
        return (long) files.size() + hardLinks.size();
    }

    /// Symbolic links, FIFOs and devices.
    public long otherCount() {
        return entries.size();
    }

    /// Content of all files, hard links counted once.
    public long bytes() {
        return bytes;
    }

    /// The first items that cannot be restored.
    public List<ItemFailure> failures() {
        return failures;
    }

    public long failureCount() {
        return failureCount;
    }

    /// A directory to make.
    ///
    /// @param index place in the plan's list; the root has none, -1
    /// @param parent index of the directory it lies in
    /// @param metadata missing for the root, which keeps its own
    record PlannedDirectory(
            int index, int parent, TargetPath path, @Nullable FileMetadata metadata) {
        PlannedDirectory {
            assert path.isRoot() == (metadata == null);
        }
    }

    /// A file to write.
    ///
    /// @param size sum of the chunks' lengths
    /// @param linked whether hard links to it follow
    record PlannedFile(
            PlannedDirectory directory,
            TargetPath path,
            FileMetadata metadata,
            long size,
            List<BlobId> content,
            boolean linked) {
        /// The same file at another place.
        PlannedFile at(PlannedDirectory otherDirectory, TargetPath otherPath) {
            return new PlannedFile(otherDirectory, otherPath, metadata, size, content, linked);
        }
    }

    /// A further name of a file.
    record PlannedLink(PlannedDirectory directory, TargetPath path, PlannedFile file) {}

    /// A symbolic link or special file to make.
    record PlannedEntry(
            PlannedDirectory directory, TargetPath path, Node node, FileMetadata metadata) {
        NodeType type() {
            return node.type();
        }
    }
}
