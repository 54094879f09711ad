package dev.holdfast.engine.archiver;

import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.RawPath;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Collects what went wrong with items: counts all, keeps the first. Safe for use by many threads.
final class Outcomes {
    private final ArchiveListener listener;
    private final int kept;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<ItemOutcome> first = new ArrayList<>(); // guarded by lock
    private long count; // guarded by lock

    Outcomes(ArchiveListener listener, int kept) {
        this.listener = listener;
        this.kept = kept;
    }

    void add(ItemOutcome.Kind kind, byte[] path, String message, String hint) {
        ItemOutcome outcome = new ItemOutcome(kind, RawPath.display(path), message, hint);
        lock.lock();
        try {
            count++;
            if (first.size() < kept) {
                first.add(outcome);
            }
            listener.item(outcome);
        } finally {
            lock.unlock();
        }
    }

    void add(byte[] path, FileAccessException cause) {
        add(kind(cause), path, message(cause), cause.hint());
    }

    void addMissing(byte[] target) {
        add(
                ItemOutcome.Kind.TARGET_MISSING,
                target,
                "the target " + RawPath.display(target) + " does not exist",
                "Correct the path, or take it out of the plan.");
    }

    void addMetadata(byte[] path, FileAccessException cause) {
        add(ItemOutcome.Kind.METADATA_INCOMPLETE, path, message(cause), cause.hint());
    }

    private static ItemOutcome.Kind kind(FileAccessException cause) {
        return switch (cause.kind()) {
            case PERMISSION_DENIED -> ItemOutcome.Kind.PERMISSION_DENIED;
            case KIND_CHANGED -> ItemOutcome.Kind.KIND_CHANGED;
            case NOT_FOUND,
                    TOO_MANY_OPEN,
                    NO_SPACE,
                    READ_ONLY,
                    IN_THE_WAY,
                    UNSUPPORTED,
                    IO,
                    OTHER ->
                    ItemOutcome.Kind.UNREADABLE;
        };
    }

    private static String message(Exception cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    List<ItemOutcome> first() {
        lock.lock();
        try {
            return List.copyOf(first);
        } finally {
            lock.unlock();
        }
    }
}
