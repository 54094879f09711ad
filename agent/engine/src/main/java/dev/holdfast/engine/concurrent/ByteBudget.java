package dev.holdfast.engine.concurrent;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A number of bytes that tasks share: who wants memory acquires it here first and waits while
/// others hold too much. First come, first served, so a large request is not starved by small ones.
/// A request above the whole budget is served when nothing is held. Safe for use by many threads.
public final class ByteBudget {
    private final long total;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Long> waiting = new ArrayDeque<>(); // guarded by lock
    private long held; // guarded by lock
    private long turns; // guarded by lock

    /// A budget of `total` bytes, all free.
    public ByteBudget(long total) {
        if (total <= 0) {
            throw new IllegalArgumentException("a budget needs bytes: " + total);
        }
        this.total = total;
    }

    /// Takes `bytes`, waiting for its turn.
    public void acquire(long bytes) throws InterruptedException {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative number of bytes: " + bytes);
        }
        lock.lockInterruptibly();
        try {
            long turn = turns++;
            waiting.add(turn);
            try {
                while (waiting.element() != turn || (held > 0 && held + bytes > total)) {
                    changed.await();
                }
                held += bytes;
            } finally {
                waiting.remove(turn);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives `bytes` back.
    public void release(long bytes) {
        lock.lock();
        try {
            if (bytes < 0 || bytes > held) {
                throw new IllegalArgumentException(bytes + " bytes released of " + held + " held");
            }
            held -= bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// How many bytes are held at the moment.
    public long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }
}
