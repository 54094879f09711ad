package dev.holdfast.engine.maintenance;

import dev.holdfast.engine.maintenance.CheckProgress.Phase;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// Counts and findings of a running check. Safe for use by many threads.
final class CheckState {
    /// Findings that a report lists; all are counted.
    static final int FINDINGS_MAX = 1000;

    private static final long PROGRESS_NANOS = 250_000_000;

    final LongAdder snapshots = new LongAdder();
    final LongAdder trees = new LongAdder();
    final LongAdder packs = new LongAdder();
    final LongAdder packsRead = new LongAdder();
    final LongAdder blobsRead = new LongAdder();
    final LongAdder bytesRead = new LongAdder();

    private final CheckListener listener;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final List<CheckFinding> errors = new ArrayList<>();
    private final List<CheckFinding> hints = new ArrayList<>();
    private long errorCount;
    private long hintCount;
    private Phase phase = Phase.LISTING;
    private long total;
    private long bytesTotal;
    private long told = System.nanoTime();

    CheckState(CheckListener listener) {
        this.listener = listener;
    }

    void error(String object, String message) {
        lock.lock();
        try {
            CheckFinding finding = new CheckFinding(object, message);
            errorCount++;
            if (errors.size() < FINDINGS_MAX) {
                errors.add(finding);
            }
            listener.error(finding);
        } finally {
            lock.unlock();
        }
    }

    void hint(String object, String message) {
        lock.lock();
        try {
            hintCount++;
            if (hints.size() < FINDINGS_MAX) {
                hints.add(new CheckFinding(object, message));
            }
        } finally {
            lock.unlock();
        }
    }

    void enter(Phase next, long nextTotal, long nextBytesTotal) {
        lock.lock();
        try {
            phase = next;
            total = nextTotal;
            bytesTotal = nextBytesTotal;
            tell();
        } finally {
            lock.unlock();
        }
    }

    /// Tells the listener, if it is time; whoever comes meanwhile goes on.
    void step() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (System.nanoTime() - told >= PROGRESS_NANOS) {
                tell();
            }
        } finally {
            lock.unlock();
        }
    }

    CheckReport report() {
        lock.lock();
        try {
            tell();
            return new CheckReport(
                    snapshots.sum(),
                    trees.sum(),
                    packs.sum(),
                    packsRead.sum(),
                    blobsRead.sum(),
                    bytesRead.sum(),
                    errors,
                    errorCount,
                    hints,
                    hintCount);
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        long done =
                switch (phase) {
                    case LISTING -> snapshots.sum();
                    case TREES -> trees.sum();
                    case PACKS -> packsRead.sum();
                };
        told = System.nanoTime();
        listener.progress(
                new CheckProgress(phase, done, total, bytesRead.sum(), bytesTotal, errorCount));
    }
}
