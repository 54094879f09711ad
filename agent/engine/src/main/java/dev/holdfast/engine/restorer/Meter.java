package dev.holdfast.engine.restorer;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Counts the progress of a phase and tells the listener four times a second. Thread-safe.
final class Meter {
    private static final long INTERVAL_NANOS = 250_000_000;

    private final RestoreListener listener;
    private final LongAdder filesDone = new LongAdder();
    private final LongAdder bytesDone = new LongAdder();
    private final AtomicLong toldAt = new AtomicLong();
    private volatile RestorePhase phase = RestorePhase.PLAN;
    private volatile long filesTotal;
    private volatile long bytesTotal;

    Meter(RestoreListener listener) {
        this.listener = listener;
    }

    /// Begins a phase; counts of the one before are dropped where `anew`.
    void begin(RestorePhase next, long files, long bytes, boolean anew) {
        if (anew) {
            filesDone.reset();
            bytesDone.reset();
        }
        filesTotal = files;
        bytesTotal = bytes;
        phase = next;
        synchronized (this) {
            listener.phase(next);
        }
    }

    void add(long files, long bytes, Object current) {
        filesDone.add(files);
        bytesDone.add(bytes);
        long told = toldAt.get();
        long now = System.nanoTime();
        if (now - told >= INTERVAL_NANOS && toldAt.compareAndSet(told, now)) {
            tell(List.of(current.toString()));
        }
    }

    /// Tells the final state of a phase.
    void end() {
        tell(List.of());
    }

    long bytesLeft() {
        return Math.max(0, bytesTotal - bytesDone.sum());
    }

    private synchronized void tell(List<String> current) {
        listener.progress(
                new RestoreProgress(
                        phase, filesDone.sum(), filesTotal, bytesDone.sum(), bytesTotal, current));
    }
}
