package dev.holdfast.engine.repository;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The memory that packs are built in: a bounded number of buffers, reused. Whoever wants one more
/// waits until a pack is stored, which is what slows a fast source down to a slow storage. Safe for
/// use by many threads.
final class PackBuffers {
    private final int length;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition freed = lock.newCondition();
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();
    private int unmade;
    private boolean stopped;

    PackBuffers(int count, int length) {
        this.unmade = count;
        this.length = length;
    }

    int length() {
        return length;
    }

    /// A buffer; an empty array once stopped.
    byte[] take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (free.isEmpty() && unmade == 0 && !stopped) {
                freed.await();
            }
            if (stopped) {
                return new byte[0];
            }
            if (free.isEmpty()) {
                unmade--;
                return new byte[length];
            }
            return free.pop();
        } finally {
            lock.unlock();
        }
    }

    /// Gives a buffer back; one that is not of these is left to the garbage collector.
    void give(byte[] buffer) {
        if (buffer.length == length) {
            lock.lock();
            try {
                free.push(buffer);
                freed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Wakes all that wait.
    void stop() {
        lock.lock();
        try {
            stopped = true;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
