package dev.holdfast.engine.archiver;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.repository.Stored;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.Tree;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// A directory that was walked and whose files may still be on their way to the repository.
///
/// The walk fills it and hands it over; the tree writer waits until the ids of all chunks are known
/// and sets the id of its tree. Chunks report from the uploader's threads.
final class PendingDirectory {
    /// The parent snapshot's tree of the same directory, and its id.
    record Previous(TreeId id, Tree tree) {}

    private final Optional<Previous> previous;
    private final List<Entry> entries = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger(1); // chunks on their way; 1 for the walk
    private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
    private @Nullable TreeId tree;

    PendingDirectory(Optional<Previous> previous) {
        this.previous = previous;
    }

    /// The parent snapshot's node of that name.
    Optional<Node> previousNode(byte[] name) {
        return previous.flatMap(known -> known.tree().find(name));
    }

    Optional<Previous> previous() {
        return previous;
    }

    List<Entry> entries() {
        return entries;
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    /// The walk adds nothing more.
    void walked() {
        release();
    }

    /// Counts one chunk, whose id goes to `content[index]`.
    void await(CompletableFuture<Stored> chunk, Content content, int index) {
        open.incrementAndGet();
        chunk.whenComplete(
                (stored, failure) -> {
                    if (failure != null) {
                        settled.completeExceptionally(failure);
                    } else {
                        content.set(index, stored.id());
                    }
                    release();
                });
    }

    private void release() {
        if (open.decrementAndGet() == 0) {
            settled.complete(true);
        }
    }

    /// Completes when the directory is walked and all its chunks have ids; fails when storing one
    /// failed.
    Future<Boolean> settled() {
        return settled;
    }

    void setTree(TreeId id) {
        tree = id;
    }

    /// The id of the tree, once it was set.
    TreeId tree() {
        if (tree == null) {
            throw new IllegalStateException("a directory's tree is asked for before it is written");
        }
        return tree;
    }

    /// One entry; in order of names.
    sealed interface Entry {
        /// A node that lacks nothing.
        ///
        /// @param taken whether it is a file whose content was taken from the parent snapshot
        record Complete(Node node, Optional<Node> previous, boolean taken) implements Entry {}

        /// A file whose chunks are on their way.
        record Reading(Node.Builder node, Content content, Optional<Node> previous)
                implements Entry {}

        /// A directory whose tree is not written yet.
        record Below(Node.Builder node, PendingDirectory directory, Optional<Node> previous)
                implements Entry {}
    }

    /// Ids of the chunks of a file, in order. Slots are filled from any thread; read after
    /// [#settled] completed.
    static final class Content {
        private @Nullable BlobId[] ids = new @Nullable BlobId[1]; // most files are one chunk
        private int size;

        /// Makes room for one more chunk.
        ///
        /// @return its index
        synchronized int reserve() {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, size * 2);
            }
            return size++;
        }

        synchronized void set(int index, BlobId id) {
            ids[index] = id;
        }

        synchronized List<BlobId> ids() {
            List<BlobId> known = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                known.add(Objects.requireNonNull(ids[i]));
            }
            return Collections.unmodifiableList(known);
        }
    }
}
