package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.filesystem.posix.OpenFlags;
import dev.holdfast.engine.filesystem.posix.WriteCalls;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The directories of a target that are open now: at most [#OPEN_MAX] that nobody uses, the least
/// recently used is closed first.
///
/// A directory is reached from the root's descriptor one component after the other, no link
/// followed, so no name and no exchanged directory leads out of the root. Thread-safe; the lock
/// guards the map and the pins.
final class DirectoryCache implements AutoCloseable {
    private static final int OPEN_MAX = 64;

    /// Ancestors kept open when a deep directory is reached anew: its siblings are likely next.
    private static final int ANCESTORS_KEPT = 4;

    private static final int FLAGS = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

    private final int rootDescriptor;
    private final Map<TargetPath, OpenDirectory> open = new LinkedHashMap<>(128, 0.75f, true);

    /// Takes over the root's descriptor.
    DirectoryCache(int rootDescriptor) {
        this.rootDescriptor = rootDescriptor;
    }

    /// Runs an action with a directory's descriptor, which stays open that long.
    <T> T with(TargetPath directory, Action<T> action) throws FileAccessException {
        if (directory.isRoot()) {
            return action.run(rootDescriptor);
        }
        OpenDirectory pinned = pin(directory);
        try {
            return action.run(pinned.descriptor);
        } finally {
            unpin(pinned);
        }
    }

    private synchronized OpenDirectory pin(TargetPath directory) throws FileAccessException {
        OpenDirectory found = open.get(directory);
        if (found == null) {
            found = reach(directory);
            closeUnused();
        }
        found.pins++;
        return found;
    }

    private synchronized void unpin(OpenDirectory directory) {
        directory.pins--;
    }

    private OpenDirectory reach(TargetPath directory) throws FileAccessException {
        Deque<TargetPath> steps = new ArrayDeque<>();
        OpenDirectory known = null;
        for (TargetPath path = directory; !path.isRoot() && known == null; path = path.parent()) {
            known = open.get(path);
            if (known == null) {
                steps.push(path);
            }
        }
        int descriptor = known == null ? rootDescriptor : known.descriptor;
        boolean passing = false; // whether nobody keeps the descriptor
        while (true) {
            TargetPath step = steps.pop();
            int next = WriteCalls.openat(descriptor, step.name(), FLAGS, 0);
            if (passing) {
                WriteCalls.close(descriptor);
            }
            if (next < 0) {
                throw TargetFailure.of(-next, "enter directory", step);
            }
            descriptor = next;
            passing = steps.size() > ANCESTORS_KEPT;
            if (!passing) {
                OpenDirectory reached = new OpenDirectory(descriptor);
                open.put(step, reached);
                if (steps.isEmpty()) {
                    return reached;
                }
            }
        }
    }

    private void closeUnused() {
        Iterator<OpenDirectory> oldest = open.values().iterator();
        // the newest few are spared: the directory just reached and its parents
        for (int spare = open.size() - OPEN_MAX; spare > 0 && oldest.hasNext(); spare--) {
            OpenDirectory directory = oldest.next();
            if (directory.pins == 0) {
                WriteCalls.close(directory.descriptor);
                oldest.remove();
            }
        }
    }

    @Override
    public synchronized void close() {
        for (OpenDirectory directory : open.values()) {
            WriteCalls.close(directory.descriptor);
        }
        open.clear();
        WriteCalls.close(rootDescriptor);
    }

    /// What is done with an open directory.
    interface Action<T> {
        T run(int descriptor) throws FileAccessException;
    }

    private static final class OpenDirectory {
        private final int descriptor;
        private int pins;

        OpenDirectory(int descriptor) {
            this.descriptor = descriptor;
        }
    }
}
