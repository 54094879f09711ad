package dev.holdfast.engine.backend;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Fails on purpose: the k-th operation, that one and all later ones, or some at random. Counts
/// operations from 1. Safe for use by many threads; then what the k-th is depends on them.
public final class FaultyBackend implements Backend {
    /// What goes wrong.
    public enum Fault {
        /// An error, and nothing was done.
        BEFORE,
        /// An error, though everything was done: the answer was lost.
        AFTER,
        /// An error, and half was done: a file is cut short under its own name.
        TORN
    }

    private interface Choice {
        boolean fails(int operation);
    }

    private final Backend inner;
    private final Choice choice;
    private final Fault fault;
    private final BackendException.Kind kind;
    private final AtomicInteger operations = new AtomicInteger();

    private FaultyBackend(Backend inner, Choice choice, Fault fault, BackendException.Kind kind) {
        this.inner = inner;
        this.choice = choice;
        this.fault = fault;
        this.kind = kind;
    }

    /// Fails operation `k` alone, with an error that may be tried again.
    public static FaultyBackend once(Backend inner, int k, Fault fault) {
        return new FaultyBackend(inner, n -> n == k, fault, BackendException.Kind.CONNECTION_LOST);
    }

    /// Fails operation `k` and every later one: as if we had died there.
    public static FaultyBackend crash(Backend inner, int k, Fault fault) {
        return new FaultyBackend(inner, n -> n >= k, fault, BackendException.Kind.OTHER);
    }

    /// Fails every operation with this kind of error.
    public static FaultyBackend always(Backend inner, BackendException.Kind kind) {
        return new FaultyBackend(inner, _ -> true, Fault.BEFORE, kind);
    }

    /// Fails one of `every` operations on average, with errors that may be tried again.
    public static FaultyBackend random(Backend inner, long seed, int every, Fault fault) {
        Random random = new Random(seed);
        return new FaultyBackend(
                inner,
                _ -> {
                    synchronized (random) {
                        return random.nextInt(every) == 0;
                    }
                },
                fault,
                BackendException.Kind.CONNECTION_LOST);
    }

    /// Never fails, but counts.
    public static FaultyBackend counting(Backend inner) {
        return new FaultyBackend(inner, _ -> false, Fault.BEFORE, BackendException.Kind.OTHER);
    }

    /// How many operations were begun.
    public int operations() {
        return operations.get();
    }

    @Override
    public String location() {
        return inner.location();
    }

    @Override
    public int connections() {
        return inner.connections();
    }

    @Override
    public boolean durable() {
        return inner.durable();
    }

    @Override
    public void create() throws BackendException, InterruptedException {
        boolean fails = fails();
        if (!fails || fault == Fault.AFTER) {
            inner.create();
        }
        throwIf(fails, "create");
    }

    @Override
    public void save(Handle handle, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        boolean fails = fails();
        if (!fails || fault == Fault.AFTER) {
            inner.save(handle, bytes, offset, length);
        } else if (fault == Fault.TORN) {
            inner.save(handle, bytes, offset, length / 2);
        }
        throwIf(fails, "save " + handle);
    }

    @Override
    public byte[] load(Handle handle) throws BackendException, InterruptedException {
        throwIf(fails(), "load " + handle);
        return inner.load(handle);
    }

    @Override
    public void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        boolean fails = fails();
        if (!fails || fault == Fault.AFTER) {
            inner.load(handle, position, target, offset, length);
        } else if (fault == Fault.TORN) {
            inner.load(handle, position, target, offset, length / 2);
        }
        throwIf(fails, "load " + handle);
    }

    @Override
    public long size(Handle handle) throws BackendException, InterruptedException {
        throwIf(fails(), "size of " + handle);
        return inner.size(handle);
    }

    @Override
    public List<Entry> list(FileType type) throws BackendException, InterruptedException {
        throwIf(fails(), "list " + type);
        return inner.list(type);
    }

    @Override
    public void remove(Handle handle) throws BackendException, InterruptedException {
        boolean fails = fails();
        if (!fails || fault == Fault.AFTER) {
            inner.remove(handle);
        }
        throwIf(fails, "remove " + handle);
    }

    @Override
    public void close() {
        inner.close();
    }

    private boolean fails() {
        return choice.fails(operations.incrementAndGet());
    }

    private void throwIf(boolean fails, String operation) throws BackendException {
        if (fails) {
            throw new BackendException(kind, "made to fail: " + operation);
        }
    }
}
