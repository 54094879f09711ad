package dev.holdfast.engine.repository;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Jobs that wait for a worker, bounded by the bytes of all jobs that are not done. Small jobs are
/// handed out several at once, since waking a worker costs more than hashing a small blob. Safe for
/// use by many threads.
final class UploadQueue {
    /// Bytes after which a worker gets no further job in one go: about 1 ms of work.
    private static final long BATCH_BYTES = 128 << 10;

    private static final int BATCH_JOBS = 64;

    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition changed = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<UploadJob> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean ended;
    private @Nullable Throwable failure;

    UploadQueue(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// Adds a job once there is room; one that is larger than everything allowed waits until it is
    /// alone.
    void put(UploadJob job) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (failure == null && bytes > 0 && bytes + job.cost() > bytesMax) {
                room.await();
            }
            throwIfFailed();
            if (ended) {
                throw new IllegalStateException("the uploader is finished");
            }
            bytes += job.cost();
            waiting.add(job);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Some jobs to do; none once the queue has ended or failed.
    List<UploadJob> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !ended && failure == null) {
                changed.await();
            }
            List<UploadJob> batch = new ArrayList<>();
            if (failure != null) {
                return batch;
            }
            long batchBytes = 0;
            while (!waiting.isEmpty() && batch.size() < BATCH_JOBS && batchBytes < BATCH_BYTES) {
                UploadJob job = waiting.remove();
                batch.add(job);
                batchBytes += job.cost();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /// Says that jobs are done and their bytes released.
    void done(List<UploadJob> jobs) {
        lock.lock();
        try {
            for (UploadJob job : jobs) {
                bytes -= job.cost();
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// No more jobs will come.
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Stops everything that waits here. The first failure is the one that is told.
    void fail(Throwable thrown) {
        lock.lock();
        try {
            if (failure == null) {
                failure = thrown;
            }
            changed.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes out all jobs that nobody began.
    List<UploadJob> drain() {
        lock.lock();
        try {
            List<UploadJob> left = new ArrayList<>(waiting);
            waiting.clear();
            return left;
        } finally {
            lock.unlock();
        }
    }

    @Nullable Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /// Throws the failure where there is one.
    void throwIfFailed() throws IOException {
        switch (failure()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IOException("the upload was stopped", e);
        }
    }
}
