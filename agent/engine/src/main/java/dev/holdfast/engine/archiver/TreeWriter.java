package dev.holdfast.engine.archiver;

import dev.holdfast.engine.archiver.PendingDirectory.Entry;
import dev.holdfast.engine.archiver.PendingDirectory.Previous;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.repository.BlobUploader;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.Tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// Writes trees, children before parents, in the order the walk hands directories over. The walk
/// adds, one other thread runs [#run].
final class TreeWriter {
    /// Directories that wait for the ids of their chunks. Enough to keep the walk going while one
    /// large directory is stored.
    private static final int DIRECTORIES_MAX = 4096;

    private final IndexedRepository repository;
    private final BlobUploader uploader;
    private final Tally tally;
    private final BlockingQueue<PendingDirectory> queue = new ArrayBlockingQueue<>(DIRECTORIES_MAX);
    private final Hasher hasher = new Hasher();
    private final JsonWriter json = new JsonWriter();

    TreeWriter(IndexedRepository repository, BlobUploader uploader, Tally tally) {
        this.repository = repository;
        this.uploader = uploader;
        this.tally = tally;
    }

    /// Hands over a directory whose subdirectories were all handed over before.
    void add(PendingDirectory directory) throws InterruptedException {
        queue.put(directory);
    }

    /// Writes until `root` is written.
    TreeId run(PendingDirectory root) throws IOException, InterruptedException {
        while (true) {
            PendingDirectory directory = queue.take();
            awaitContent(directory);
            directory.setTree(write(directory));
            if (directory.equals(root)) {
                return directory.tree();
            }
        }
    }

    private static void awaitContent(PendingDirectory directory)
            throws IOException, InterruptedException {
        try {
            directory.settled().get();
        } catch (ExecutionException e) {
            throw unwrap(e);
        }
    }

    private static IOException unwrap(ExecutionException failure) throws InterruptedException {
        Throwable cause = failure.getCause();
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case IOException known -> known;
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(failure);
        };
    }

    private TreeId write(PendingDirectory directory) throws IOException, InterruptedException {
        List<Node> nodes = new ArrayList<>(directory.entries().size());
        for (Entry entry : directory.entries()) {
            nodes.add(node(entry));
        }
        Optional<TreeId> known = directory.previous().flatMap(previous -> same(previous, nodes));
        if (known.isPresent()) {
            return known.get();
        }
        json.reset();
        Tree.of(nodes).write(json);
        byte[] plaintext = json.toBytes();
        TreeId id = new TreeId(hasher.hash(plaintext, 0, plaintext.length));
        if (!repository.contains(BlobType.TREE, id.blob())) {
            uploader.store(BlobType.TREE, plaintext, 0, plaintext.length, () -> {});
        }
        return id;
    }

    /// The parent snapshot's tree of a directory where nothing changed: it need not be encoded
    /// again.
    private Optional<TreeId> same(Previous previous, List<Node> nodes) {
        Tree tree = previous.tree();
        boolean same =
                tree.isComplete()
                        && tree.isOrdered()
                        && tree.nodes().equals(nodes)
                        && repository.contains(BlobType.TREE, previous.id().blob());
        return same ? Optional.of(previous.id()) : Optional.empty();
    }

    private Node node(Entry entry) {
        return switch (entry) {
            case Entry.Complete(Node node, Optional<Node> previous, boolean taken) -> {
                tally.item(node, previous, taken);
                yield node;
            }
            case Entry.Reading(
                            Node.Builder builder,
                            PendingDirectory.Content content,
                            Optional<Node> previous) -> {
                Node node = builder.content(content.ids()).build();
                tally.item(node, previous, false);
                yield node;
            }
            case Entry.Below(
                            Node.Builder builder,
                            PendingDirectory below,
                            Optional<Node> previous) -> {
                Node node = builder.subtree(below.tree()).build();
                tally.item(node, previous, false);
                yield node;
            }
        };
    }
}
