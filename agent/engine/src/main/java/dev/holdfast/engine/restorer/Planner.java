package dev.holdfast.engine.restorer;

import dev.holdfast.engine.filesystem.FileMetadata;
import dev.holdfast.engine.filesystem.TargetPath;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.restorer.RestorePlan.PlannedDirectory;
import dev.holdfast.engine.restorer.RestorePlan.PlannedEntry;
import dev.holdfast.engine.restorer.RestorePlan.PlannedFile;
import dev.holdfast.engine.restorer.RestorePlan.PlannedLink;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.FileMode;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.Tree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the trees of a snapshot and decides what is made where.
///
/// Works level by level, so that the trees of one level are read with few requests, however deep or
/// wide the snapshot is. For one plan; `this` guards the collections while trees are decoded by
/// several threads.
final class Planner {
    private static final int SET_ID_BITS = 06000;
    private static final long ID_MAX = 0xffff_ffffL;

    private final IndexedRepository repository;
    private final RestoreOptions options;
    private final Meter meter;
    private final Failures failures;
    private final List<PlannedDirectory> directories = new ArrayList<>();
    private final List<PlannedFile> files = new ArrayList<>();
    private final List<PlannedLink> hardLinks = new ArrayList<>();
    private final List<PlannedEntry> entries = new ArrayList<>();
    private final Map<Inode, PlannedFile> inodes = new HashMap<>();
    private List<Branch> nextLevel = new ArrayList<>();
    private long itemCount;

    Planner(
            IndexedRepository repository,
            RestoreOptions options,
            Meter meter,
            RestoreListener listener) {
        this.repository = repository;
        this.options = options;
        this.meter = meter;
        this.failures = new Failures(listener);
    }

    /// Everything in a tree becomes the content of the root.
    RestorePlan planTree(TreeId tree) throws IOException, InterruptedException {
        nextLevel.add(new Branch(root(), tree, null));
        return planLevels();
    }

    /// One entry lands in the root; a directory's content becomes the root's.
    RestorePlan planNode(Node node) throws IOException, InterruptedException {
        if (node.type() == NodeType.DIRECTORY && node.subtree().isPresent()) {
            return planTree(node.subtree().get());
        }
        add(new Branch(root(), null, null), List.of(node));
        return planLevels();
    }

    private static PlannedDirectory root() {
        return new PlannedDirectory(-1, -1, TargetPath.root(), null);
    }

    private RestorePlan planLevels() throws IOException, InterruptedException {
        while (!nextLevel.isEmpty()) {
            List<Branch> level = nextLevel;
            nextLevel = new ArrayList<>();
            BlobFetch<Branch> fetch = new BlobFetch<>(repository, BlobType.TREE);
            for (Branch branch : level) {
                TreeId tree = branch.tree;
                if (tree != null && !fetch.want(tree.blob(), branch)) {
                    failures.add(
                            branch.directory.path(),
                            "its content is lost: the index has no tree " + tree);
                }
            }
            fetch.run(new TreeSink());
        }
        return new RestorePlan(directories, files, hardLinks, entries, failures);
    }

    /// Adds the nodes of one directory.
    private synchronized void add(Branch branch, List<Node> nodes) {
        Set<ByteBuffer> names = new HashSet<>();
        for (Node node : nodes) {
            TargetPath parent = branch.directory.path();
            if (!TargetPath.isName(node.name())) {
                failures.add(
                        parent + "/" + node.displayName(),
                        "refused: its name is not a single name in a directory");
            } else if (!names.add(ByteBuffer.wrap(node.name()))) {
                failures.add(
                        parent.child(node.name()),
                        "refused: the directory has another entry of this name");
            } else if (++itemCount > options.itemsMax()) {
                if (itemCount == options.itemsMax() + 1) {
                    failures.add(
                            parent.child(node.name()),
                            "refused, as all that follow: more than "
                                    + options.itemsMax()
                                    + " entries");
                }
            } else {
                add(branch, parent.child(node.name()), node);
            }
        }
        meter.add(0, 0, branch.directory.path());
    }

    private void add(Branch branch, TargetPath path, Node node) {
        switch (node.type()) {
            case DIRECTORY -> addDirectory(branch, path, node);
            case FILE -> addFile(branch.directory, path, node);
            case SYMLINK, FIFO -> addEntry(branch.directory, path, node);
            case BLOCK_DEVICE, CHARACTER_DEVICE -> {
                if (options.trusted()) {
                    addEntry(branch.directory, path, node);
                } else {
                    failures.add(path, "left out: devices are made only from trusted snapshots");
                }
            }
            case SOCKET, IRREGULAR ->
                    failures.add(path, "left out: a " + node.type().label() + " has no content");
        }
    }

    private void addEntry(PlannedDirectory directory, TargetPath path, Node node) {
        entries.add(new PlannedEntry(directory, path, node, metadata(path, node)));
    }

    private void addDirectory(Branch branch, TargetPath path, Node node) {
        if (path.depth() > options.depthMax()) {
            failures.add(path, "refused: more than " + options.depthMax() + " directories deep");
            return;
        }
        PlannedDirectory directory =
                new PlannedDirectory(
                        directories.size(), branch.directory.index(), path, metadata(path, node));
        directories.add(directory);
        if (node.subtree().isEmpty()) {
            failures.add(path, "its content is lost: the snapshot names no tree for it");
            return;
        }
        TreeId tree = node.subtree().get();
        for (Branch above = branch; above != null; above = above.parent) {
            if (tree.equals(above.tree)) {
                failures.add(path, "refused: the directory contains itself");
                return;
            }
        }
        nextLevel.add(new Branch(directory, tree, branch));
    }

    private void addFile(PlannedDirectory directory, TargetPath path, Node node) {
        long size = 0;
        for (BlobId chunk : node.content()) {
            int length = repository.plaintextLength(BlobType.DATA, chunk);
            if (length < 0) {
                failures.add(path, "its content is lost: the index has no blob " + chunk);
                return;
            }
            size += length;
        }
        if (size != node.size()) {
            failures.add(
                    path,
                    "refused: the snapshot says %,d bytes, its content has %,d"
                            .formatted(node.size(), size));
            return;
        }
        Inode inode = new Inode(node.deviceId(), node.inode(), node.content());
        boolean linked = node.links() > 1 && node.inode() != 0;
        PlannedFile first = linked ? inodes.get(inode) : null;
        if (first != null) {
            hardLinks.add(new PlannedLink(directory, path, first));
            return;
        }
        PlannedFile file =
                new PlannedFile(
                        directory, path, metadata(path, node), size, node.content(), linked);
        files.add(file);
        if (linked) {
            inodes.put(inode, file);
        }
    }

    private FileMetadata metadata(TargetPath path, Node node) {
        boolean trusted = options.trusted();
        boolean possible = isId(node.uid()) && isId(node.gid());
        if (trusted && !possible) {
            failures.add(path, "owner not set: the snapshot has an impossible one");
        }
        int permissions = FileMode.toUnixPermissions(node.mode());
        return new FileMetadata(
                trusted ? permissions : permissions & ~SET_ID_BITS,
                trusted && possible ? node.uid() : FileMetadata.UNCHANGED,
                trusted && possible ? node.gid() : FileMetadata.UNCHANGED,
                node.atime().epochSecond(),
                node.atime().nano(),
                node.mtime().epochSecond(),
                node.mtime().nano(),
                trusted
                        ? node.extendedAttributes()
                        : node.extendedAttributes().stream().filter(Planner::isHarmless).toList());
    }

    private static boolean isId(long id) {
        return id >= 0 && id <= ID_MAX;
    }

    private static boolean isHarmless(ExtendedAttribute attribute) {
        String name = new String(attribute.name(), StandardCharsets.ISO_8859_1);
        return name.startsWith("user.") || name.startsWith("system.posix_acl_");
    }

    /// A directory whose tree is to be read, with the branches above it.
    ///
    /// @param tree null for a single entry, which has none
    private record Branch(
            PlannedDirectory directory, @Nullable TreeId tree, @Nullable Branch parent) {}

    /// What makes two nodes the same file. The content is part of it: a repository may claim one
    /// inode for files that differ.
    private record Inode(long device, long inode, List<BlobId> content) {}

    private final class TreeSink implements BlobFetch.Sink<Branch> {
        @Override
        public void accept(List<BlobFetch.Wanted<Branch>> uses, byte[] bytes, int length) {
            Tree tree;
            try {
                tree = Tree.read(Arrays.copyOf(bytes, length));
            } catch (JsonException e) {
                uses.forEach(use -> lost(use.use(), "its tree cannot be read: " + e.getMessage()));
                return;
            }
            uses.forEach(use -> add(use.use(), tree.nodes()));
        }

        @Override
        public void missing(List<BlobFetch.Wanted<Branch>> uses, IOException cause) {
            uses.forEach(use -> lost(use.use(), cause.getMessage()));
        }

        private void lost(Branch branch, @Nullable String cause) {
            failures.add(branch.directory.path(), "its content is lost: " + cause);
        }
    }
}
