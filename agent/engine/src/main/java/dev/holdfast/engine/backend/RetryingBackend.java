package dev.holdfast.engine.backend;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Tries again what failed for a reason that may pass ([BackendException#retryable()]); other
/// failures pass through at once. Every operation of a [Backend] may be repeated: what a first try
/// did in spite of its failure, a second one does again or finds done. Pauses grow with
/// decorrelated jitter, so that clients that failed together do not return together. Safe for use
/// by many threads.
public final class RetryingBackend implements Backend {
    private final Backend inner;
    private final RetryPolicy policy;
    private final RandomGenerator random;
    private final ReentrantLock randomLock = new ReentrantLock(); // guards random
    private final Listener listener;

    /// Hears of each try that failed and will be repeated.
    @FunctionalInterface
    public interface Listener {
        void retrying(String operation, BackendException failure, Duration delay);
    }

    public RetryingBackend(
            Backend inner, RetryPolicy policy, RandomGenerator random, Listener listener) {
        this.inner = inner;
        this.policy = policy;
        this.random = random;
        this.listener = listener;
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
        retry(
                "create",
                () -> {
                    inner.create();
                    return true;
                });
    }

    @Override
    public void save(Handle handle, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        retry(
                "save " + handle,
                () -> {
                    inner.save(handle, bytes, offset, length);
                    return true;
                });
    }

    @Override
    public byte[] load(Handle handle) throws BackendException, InterruptedException {
        return retry("load " + handle, () -> inner.load(handle));
    }

    @Override
    public void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        retry(
                "load " + handle,
                () -> {
                    inner.load(handle, position, target, offset, length);
                    return true;
                });
    }

    @Override
    public long size(Handle handle) throws BackendException, InterruptedException {
        return retry("size of " + handle, () -> inner.size(handle));
    }

    @Override
    public List<Entry> list(FileType type) throws BackendException, InterruptedException {
        return retry("list " + type.folder(), () -> inner.list(type));
    }

    @Override
    public void remove(Handle handle) throws BackendException, InterruptedException {
        retry(
                "remove " + handle,
                () -> {
                    inner.remove(handle);
                    return true;
                });
    }

    @Override
    public void close() {
        inner.close();
    }

    private interface Operation<T> {
        T run() throws BackendException, InterruptedException;
    }

    private <T> T retry(String name, Operation<T> operation)
            throws BackendException, InterruptedException {
        long start = System.nanoTime();
        long delay = policy.delayMin().toNanos();
        for (int tries = 1; ; tries++) {
            try {
                return operation.run();
            } catch (BackendException e) {
                if (!e.retryable()) {
                    throw e;
                }
                delay = nextDelay(delay);
                boolean late =
                        System.nanoTime() - start + delay > policy.budget().toNanos() && tries > 1;
                if (late) {
                    throw new BackendException(
                            e.kind(), e.getMessage() + " (tried " + tries + " times)", e.hint(), e);
                }
                Duration pause = Duration.ofNanos(delay);
                listener.retrying(name, e, pause);
                Thread.sleep(pause);
            }
        }
    }

    private long nextDelay(long previous) {
        long min = policy.delayMin().toNanos();
        long max =
                Math.clamp(previous * 3, min + 1, Math.max(min + 1, policy.delayMax().toNanos()));
        randomLock.lock();
        try {
            return random.nextLong(min, max + 1);
        } finally {
            randomLock.unlock();
        }
    }
}
