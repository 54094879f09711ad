package dev.holdfast.engine.concurrent;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A block of code that runs tasks on threads of its own, none of which outlives it:
///
/// ```
/// try (TaskGroup group = TaskGroup.ofVirtual("check")) {
///     group.fork("pack 1", () -> read(pack));
///     group.join(IOException.class);
/// }
/// ```
///
/// The first task that throws makes the group fail: all others are interrupted or, where they had
/// not begun, never run, and [#join] throws what the first one threw. Leaving the block without
/// `join` interrupts what still runs and waits for its end. What is forked into a group that has
/// failed or is closed is cancelled at once.
///
/// Safe for use by many threads: tasks may fork others.
public final class TaskGroup implements AutoCloseable {
    private static final int SUPPRESSED_MAX = 8;

    private final String name;
    private final ExecutorService executor;
    private final Set<FutureTask<?>> unfinished = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private int running; // forked and not ended; guarded by lock
    private boolean cancelled; // guarded by lock
    private @Nullable Throwable failure; // the first; guarded by lock

    private TaskGroup(String name, ExecutorService executor) {
        this.name = name;
        this.executor = executor;
    }

    /// A group of virtual threads, one for each task: for work that waits.
    public static TaskGroup ofVirtual(String name) {
        return new TaskGroup(
                name, Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()));
    }

    /// A group of at most `threadsMax` platform threads: for work of the processor. Tasks beyond
    /// that wait in a queue, which whoever forks keeps short.
    public static TaskGroup ofPlatform(String name, int threadsMax) {
        return new TaskGroup(
                name,
                Executors.newFixedThreadPool(
                        threadsMax, Thread.ofPlatform().daemon().name(name + "-", 0).factory()));
    }

    /// Starts a task. Its thread is called after group and task while it runs.
    public <T extends @Nullable Object> Future<T> fork(String task, Callable<T> callable) {
        FutureTask<T> future = new FutureTask<>(() -> call(task, callable));
        lock.lock();
        try {
            if (cancelled) {
                future.cancel(false);
                return future;
            }
            running++;
            unfinished.add(future);
        } finally {
            lock.unlock();
        }
        executor.execute(() -> run(future));
        return future;
    }

    /// Waits until every task has ended.
    ///
    /// @throws ExecutionException with what the first failed task threw as its cause
    public void join() throws ExecutionException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running > 0) {
                ended.await();
            }
            if (failure != null) {
                throw new ExecutionException(name + " failed", failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits as [#join()] does, and throws the failure itself: as an `expected` exception, or
    /// unchecked.
    public <X extends Exception> void join(Class<X> expected) throws X, InterruptedException {
        try {
            join();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (expected.isInstance(cause)) {
                throw expected.cast(cause);
            }
            switch (cause) {
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                case InterruptedException interrupted -> throw interrupted;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /// Whether a task has failed, so that those who feed the group can stop.
    public boolean failed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /// Interrupts what still runs and waits for its end. An interrupt of the waiting thread is kept
    /// for later.
    @Override
    public void close() {
        cancelAll();
        executor.close();
    }

    private <T extends @Nullable Object> T call(String task, Callable<T> callable)
            throws Exception {
        Thread thread = Thread.currentThread();
        String before = thread.getName();
        thread.setName(name + ": " + task);
        try {
            return callable.call();
        } finally {
            thread.setName(before);
        }
    }

    private void run(FutureTask<?> future) {
        try {
            future.run();
            if (future.state() == Future.State.FAILED) {
                failed(future.exceptionNow());
            }
        } finally {
            unfinished.remove(future);
            lock.lock();
            try {
                running--;
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void failed(Throwable thrown) {
        lock.lock();
        try {
            if (failure == null) {
                failure = thrown;
            } else if (!failure.equals(thrown) && failure.getSuppressed().length < SUPPRESSED_MAX) {
                failure.addSuppressed(thrown);
            }
        } finally {
            lock.unlock();
        }
        cancelAll();
    }

    private void cancelAll() {
        lock.lock();
        try {
            cancelled = true;
        } finally {
            lock.unlock();
        }
        unfinished.forEach(future -> future.cancel(true));
    }
}
