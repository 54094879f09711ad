package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.repository.RepositoryException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Follows paths through the trees of a snapshot and visits everything below one.
///
/// Paths are bytes, start at the snapshot's root and have `/` between parts. As safe for many
/// threads as the loader is.
public final class TreeWalk {
    private final TreeLoader loader;

    public TreeWalk(TreeLoader loader) {
        this.loader = loader;
    }

    /// Called for each node.
    @FunctionalInterface
    public interface Visitor {
        /// Visits one node before what lies below it.
        ///
        /// @param path from the snapshot's root, starting with `/`
        /// @return whether to go on below it, if it is a directory
        boolean visit(byte[] path, Node node) throws IOException, InterruptedException;
    }

    /// The node at `path`; none for the root itself, which has no node.
    public Optional<Node> find(TreeId root, byte[] path) throws IOException, InterruptedException {
        TreeId tree = root;
        List<byte[]> parts = parts(path);
        for (int i = 0; i < parts.size(); i++) {
            Optional<Node> node = loader.load(tree).find(parts.get(i));
            if (i == parts.size() - 1 || node.isEmpty() || node.get().subtree().isEmpty()) {
                return i == parts.size() - 1 ? node : Optional.empty();
            }
            tree = node.get().subtree().get();
        }
        return Optional.empty();
    }

    /// The tree of the directory at `path`; the root's for `/`.
    ///
    /// @throws RepositoryException of kind NOT_FOUND where the snapshot has no such directory
    public TreeId subtree(TreeId root, byte[] path) throws IOException, InterruptedException {
        if (parts(path).isEmpty()) {
            return root;
        }
        return find(root, path)
                .flatMap(Node::subtree)
                .orElseThrow(
                        () ->
                                new RepositoryException(
                                        RepositoryException.Kind.NOT_FOUND,
                                        "the snapshot has no directory "
                                                + new String(path, StandardCharsets.UTF_8),
                                        "List the snapshot to see the paths it holds."));
    }

    /// The entries of the directory at `path`.
    ///
    /// @throws RepositoryException of kind NOT_FOUND where the snapshot has no such directory
    public List<Node> list(TreeId root, byte[] path) throws IOException, InterruptedException {
        return loader.load(subtree(root, path)).nodes();
    }

    /// Visits every node below the directory at `path`, parents before children, in stored order.
    public void walk(TreeId root, byte[] path, Visitor visitor)
            throws IOException, InterruptedException {
        Deque<Level> levels = new ArrayDeque<>(); // not the call stack: depth is the repository's
        byte[] start = join(parts(path));
        levels.push(new Level(start, loader.load(subtree(root, path)).nodes().iterator()));
        while (!levels.isEmpty()) {
            Level level = levels.peek();
            if (!level.nodes.hasNext()) {
                levels.pop();
                continue;
            }
            Node node = level.nodes.next();
            byte[] nodePath = child(level.path, node.name());
            if (visitor.visit(nodePath, node) && node.subtree().isPresent()) {
                Tree below = loader.load(node.subtree().get());
                levels.push(new Level(nodePath, below.nodes().iterator()));
            }
        }
    }

    private static final class Level {
        private final byte[] path;
        private final Iterator<Node> nodes;

        Level(byte[] path, Iterator<Node> nodes) {
            this.path = path;
            this.nodes = nodes;
        }
    }

    private static byte[] child(byte[] path, byte[] name) {
        byte[] child = Arrays.copyOf(path, path.length + 1 + name.length);
        child[path.length] = '/';
        System.arraycopy(name, 0, child, path.length + 1, name.length);
        return child;
    }

    private static byte[] join(List<byte[]> parts) {
        byte[] path = {};
        for (byte[] part : parts) {
            path = child(path, part);
        }
        return path;
    }

    private static List<byte[]> parts(byte[] path) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= path.length; at++) {
            if (at == path.length || path[at] == '/') {
                if (at > start) {
                    parts.add(Arrays.copyOfRange(path, start, at));
                }
                start = at + 1;
            }
        }
        return parts;
    }
}
