package dev.holdfast.engine.maintenance;

import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.Tree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Reads each tree that snapshots lead to once, and checks its nodes. Several threads take trees
/// from one stack: depth first keeps it short.
final class TreeCheck {
    private final IndexedRepository index;
    private final CheckState state;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition changed = lock.newCondition();
    private final Deque<Visit> pending = new ArrayDeque<>();
    private final Set<TreeId> seen = new HashSet<>();
    private int busy;

    /// A tree to be read.
    ///
    /// @param parent what leads to it
    record Visit(TreeId id, String parent) {}

    TreeCheck(IndexedRepository index, CheckState state) {
        this.index = index;
        this.state = state;
    }

    void run(List<Visit> roots) throws IOException, InterruptedException {
        roots.reversed().forEach(this::add);
        try (TaskGroup group = TaskGroup.ofVirtual("check trees")) {
            int readers = Math.max(1, index.repository().backend().connections());
            for (int i = 0; i < readers; i++) {
                group.fork("reader " + i, this::work);
            }
            group.join(IOException.class);
        }
    }

    private boolean work() throws IOException, InterruptedException {
        for (Visit visit = take(); visit != null; visit = take()) {
            try {
                check(visit);
            } finally {
                done();
            }
        }
        return true;
    }

    private void check(Visit visit) throws IOException, InterruptedException {
        String object = "tree " + visit.id();
        if (!index.contains(BlobType.TREE, visit.id().blob())) {
            state.error(object, "is not in the index, but " + visit.parent() + " leads to it");
            return;
        }
        Tree tree;
        byte[] json;
        try {
            json = index.loadBlob(BlobType.TREE, visit.id().blob());
            tree = Tree.read(json);
        } catch (JsonException e) {
            state.error(object, Check.message(e));
            return;
        } catch (IOException e) {
            if (!Check.isDamage(e)) {
                throw e;
            }
            state.error(object, Check.message(e));
            return;
        }
        if (!tree.isOrdered()) {
            state.error(object, "its nodes are not in strictly rising order of their names");
        }
        if (!tree.isComplete() || !Arrays.equals(tree.toJson(), json)) {
            state.hint(object, "is not written as usual, so it cannot be rewritten without loss");
        }
        for (Node node : tree.nodes()) {
            check(node, object);
        }
        state.trees.increment();
        state.step();
    }

    private void check(Node node, String tree) {
        if (!node.hasSafeName()) {
            state.error(tree, "has a node that cannot be restored, its name is no file name");
        }
        switch (node.type()) {
            case FILE -> checkFile(node, tree);
            case DIRECTORY -> checkDirectory(node, tree);
            case IRREGULAR -> state.error(tree, node + " is of no kind that can be restored");
            case SYMLINK, BLOCK_DEVICE, CHARACTER_DEVICE, FIFO, SOCKET -> {}
        }
    }

    private void checkFile(Node node, String tree) {
        long sum = 0;
        boolean whole = true;
        for (BlobId id : node.content()) {
            int length = index.plaintextLength(BlobType.DATA, id);
            if (length < 0) {
                state.error(tree, node + " needs data blob " + id + ", which is not in the index");
                whole = false;
            }
            sum += length;
        }
        if (whole && sum != node.size()) {
            state.error(tree, node + " has a size of " + node.size() + " and content of " + sum);
        }
    }

    private void checkDirectory(Node node, String tree) {
        Optional<TreeId> subtree = node.subtree();
        if (subtree.isEmpty() || subtree.get().hash().isZero()) {
            state.error(tree, node + " has no tree");
            return;
        }
        add(new Visit(subtree.get(), tree));
    }

    private void add(Visit visit) {
        lock.lock();
        try {
            if (seen.add(visit.id())) {
                pending.push(visit);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The next tree; null when all are done.
    private @Nullable Visit take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (pending.isEmpty() && busy > 0) {
                changed.await();
            }
            Visit next = pending.poll();
            if (next != null) {
                busy++;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void done() {
        lock.lock();
        try {
            busy--;
            if (busy == 0) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
