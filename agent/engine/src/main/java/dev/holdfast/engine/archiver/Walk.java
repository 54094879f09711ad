package dev.holdfast.engine.archiver;

import dev.holdfast.engine.archiver.PendingDirectory.Content;
import dev.holdfast.engine.archiver.PendingDirectory.Entry;
import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.FileSource;
import dev.holdfast.engine.filesystem.FileStatus;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.Node;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Goes through the targets in the order of their names, compares with the parent snapshot, reads
/// what is new, and hands each directory to the tree writer when all of it was seen. Used by one
/// thread.
final class Walk {
    /// Deeper than any path the kernel takes in one piece; each level holds a descriptor.
    private static final int DEPTH_MAX = 2100;

    private static final byte[] HERE = {'.'};

    private final FileSource source;
    private final IndexedRepository repository;
    private final Exclusions exclusions;
    private final NodeMaker nodes;
    private final ParentTrees parents;
    private final ContentReader reader;
    private final TreeWriter trees;
    private final Outcomes outcomes;
    private final Progress progress;
    private final Deque<Level> levels = new ArrayDeque<>(); // not the call stack: it is too short

    Walk(
            FileSource source,
            IndexedRepository repository,
            Exclusions exclusions,
            NodeMaker nodes,
            ParentTrees parents,
            ContentReader reader,
            TreeWriter trees,
            Outcomes outcomes,
            Progress progress) {
        this.source = source;
        this.repository = repository;
        this.exclusions = exclusions;
        this.nodes = nodes;
        this.parents = parents;
        this.reader = reader;
        this.trees = trees;
        this.outcomes = outcomes;
        this.progress = progress;
    }

    /// Walks all targets into `root`.
    void run(TargetTree targets, PendingDirectory root) throws IOException, InterruptedException {
        addTargets(targets, root, 0);
        finish(root);
    }

    private void finish(PendingDirectory directory) throws InterruptedException {
        directory.walked();
        trees.add(directory);
    }

    /// Adds entries that are targets or lie on the way to one.
    private void addTargets(TargetTree parent, PendingDirectory into, int depth)
            throws IOException, InterruptedException {
        for (Map.Entry<byte[], TargetTree> child : parent.children().entrySet()) {
            TargetTree target = child.getValue();
            byte[] path = RawPath.clean(source.absolute(target.diskPath()));
            try {
                if (target.isTarget()) {
                    addTarget(child.getKey(), target, path, into, depth);
                } else {
                    addIntermediate(child.getKey(), target, path, into, depth);
                }
            } catch (FileAccessException e) {
                outcomes.add(path, e);
            }
        }
    }

    private void addTarget(
            byte[] name, TargetTree target, byte[] path, PendingDirectory into, int depth)
            throws IOException, InterruptedException {
        try (FileSource.Directory parent =
                source.openDirectory(source.absolute(target.directory()))) {
            FileStatus status;
            try {
                status = parent.status(target.diskName());
            } catch (FileAccessException e) {
                if (e.kind() != FileAccessException.Kind.NOT_FOUND) {
                    throw e;
                }
                outcomes.addMissing(path); // since it was looked for
                return;
            }
            if (target.isExplicit() || !exclusions.excludesPath(path)) {
                Place place = new Place(parent, path, into, status.deviceId(), depth);
                addEntry(place, target.diskName(), name, status, target);
                walkLevels();
            }
        }
    }

    /// A directory on the way: its own metadata, but only what was asked for below it.
    private void addIntermediate(
            byte[] name, TargetTree target, byte[] path, PendingDirectory into, int depth)
            throws IOException, InterruptedException {
        Optional<Node> previous = into.previousNode(name);
        Node.Builder node;
        try (FileSource.Directory directory =
                source.openDirectory(source.absolute(target.diskPath()))) {
            FileStatus status = directory.status();
            node = nodes.node(name, status, attributesOnTheWay(directory));
        }
        PendingDirectory below = new PendingDirectory(parents.below(previous, path));
        addTargets(target, below, depth + 1);
        if (below.entries().isEmpty()) {
            return; // nothing of what was asked for is there
        }
        finish(below);
        into.add(new Entry.Below(node, below, previous));
        progress.directory();
    }

    private static List<ExtendedAttribute> attributesOnTheWay(FileSource.Directory directory) {
        try {
            return directory.extendedAttributes(HERE, (_, _) -> {});
        } catch (FileAccessException _) {
            return List.of(); // it is not what was asked for
        }
    }

    /// Adds an entry that passed the filters by name.
    private void addEntry(
            Place place,
            byte[] diskName,
            byte[] name,
            FileStatus status,
            @Nullable TargetTree target)
            throws IOException, InterruptedException {
        switch (status.type()) {
            case FILE -> addFile(place, diskName, name, status);
            case DIRECTORY -> addDirectory(place, diskName, name, status, target);
            case SYMLINK -> {
                byte[] link = place.directory().readLink(diskName);
                Node.Builder node = nodes.node(name, status, attributes(place, diskName));
                add(place, node.linkTarget(link).build(), false);
            }
            case BLOCK_DEVICE, CHARACTER_DEVICE, FIFO ->
                    add(
                            place,
                            nodes.node(name, status, attributes(place, diskName)).build(),
                            false);
            case SOCKET -> {
                // has no meaning without the process that listens; not stored
            }
            case IRREGULAR ->
                    outcomes.add(
                            ItemOutcome.Kind.UNSUPPORTED,
                            place.path(),
                            "this kind of file cannot be stored",
                            "Exclude it.");
        }
    }

    private void add(Place place, Node node, boolean taken) {
        place.into().add(new Entry.Complete(node, place.into().previousNode(node.name()), taken));
    }

    private List<ExtendedAttribute> attributes(Place place, byte[] diskName) {
        try {
            return place.directory()
                    .extendedAttributes(
                            diskName, (_, cause) -> outcomes.addMetadata(place.path(), cause));
        } catch (FileAccessException e) {
            outcomes.addMetadata(place.path(), e);
            return List.of();
        }
    }

    private void addFile(Place place, byte[] diskName, byte[] name, FileStatus status)
            throws IOException, InterruptedException {
        Optional<Node> previous = place.into().previousNode(name);
        if (previous.isPresent() && nodes.isUnchanged(status, previous.get())) {
            if (isStored(previous.get().content())) {
                Node node =
                        nodes.node(name, status, attributes(place, diskName))
                                .size(previous.get().size())
                                .content(previous.get().content())
                                .build();
                place.into().add(new Entry.Complete(node, previous, true));
                progress.file(node.size());
                return;
            }
            outcomes.add(
                    ItemOutcome.Kind.PARENT_DAMAGED,
                    place.path(),
                    "parts of this file are missing in the repository; it is read again",
                    "Check the repository: other snapshots may miss them too.");
        }
        readFile(place, diskName, name, previous);
    }

    private boolean isStored(List<BlobId> content) {
        for (BlobId id : content) {
            if (!repository.contains(BlobType.DATA, id)) {
                return false;
            }
        }
        return true;
    }

    private void readFile(Place place, byte[] diskName, byte[] name, Optional<Node> previous)
            throws IOException, InterruptedException {
        try (FileSource.OpenFile file = place.directory().openFile(diskName)) {
            FileStatus status = file.status();
            Node.Builder node = nodes.node(name, status, attributes(place, diskName));
            Content content = new Content();
            long size = reader.read(file, status.size(), place.into(), content);
            place.into().add(new Entry.Reading(node.size(size), content, previous));
            progress.file(size);
        }
    }

    private void addDirectory(
            Place place,
            byte[] diskName,
            byte[] name,
            FileStatus status,
            @Nullable TargetTree target)
            throws IOException, InterruptedException {
        if (place.depth() >= DEPTH_MAX) {
            outcomes.add(
                    ItemOutcome.Kind.UNSUPPORTED,
                    place.path(),
                    "directories are nested deeper than " + DEPTH_MAX,
                    "Name a directory further down as a target of its own.");
            return;
        }
        Optional<Node> previous = place.into().previousNode(name);
        Node.Builder node = nodes.node(name, status, attributes(place, diskName));
        if (exclusions.isForeign(status, place.device())) {
            PendingDirectory empty = new PendingDirectory(Optional.empty());
            finish(empty);
            place.into().add(new Entry.Below(node, empty, previous));
            progress.directory();
            return;
        }
        FileSource.Directory directory = place.directory().openDirectory(diskName);
        try {
            List<byte[]> names = exclusions.remaining(directory, place.path(), directory.list());
            PendingDirectory below = new PendingDirectory(parents.below(previous, place.path()));
            Place inside = place.inside(directory, below);
            levels.push(new Level(inside, names.iterator(), target, place.into(), node, previous));
        } catch (IOException | InterruptedException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /// A directory whose entries are being looked at.
    ///
    /// @param inside the directory and its own path
    /// @param names entries still to come
    /// @param target the directory as a target, if it is one
    /// @param into takes the directory's node
    private record Level(
            Place inside,
            Iterator<byte[]> names,
            @Nullable TargetTree target,
            PendingDirectory into,
            Node.Builder node,
            Optional<Node> previous) {}

    /// Walks what was opened, depth first, until nothing is open.
    private void walkLevels() throws IOException, InterruptedException {
        try {
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (level.names().hasNext()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    addListed(level, level.names().next());
                } else {
                    levels.pop();
                    level.inside().directory().close();
                    finish(level.inside().into());
                    level.into()
                            .add(
                                    new Entry.Below(
                                            level.node(), level.inside().into(), level.previous()));
                    progress.directory();
                }
            }
        } finally {
            levels.forEach(level -> level.inside().directory().close());
            levels.clear();
        }
    }

    private void addListed(Level level, byte[] name) throws IOException, InterruptedException {
        Place inside = level.inside();
        TargetTree target = level.target() == null ? null : level.target().children().get(name);
        byte[] path = RawPath.child(inside.path(), name);
        boolean explicit = target != null && target.isExplicit();
        progress.at(inside.path(), name);
        try {
            if (!explicit && exclusions.excludesPath(path)) {
                return;
            }
            FileStatus status = inside.directory().status(name);
            if (explicit || !exclusions.excludesStatus(status, inside.device())) {
                addEntry(inside.withPath(path), name, name, status, target);
            }
        } catch (FileAccessException e) {
            // gone since the directory was listed: as if it had never been there
            if (e.kind() != FileAccessException.Kind.NOT_FOUND) {
                outcomes.add(path, e);
            }
        }
    }
}
