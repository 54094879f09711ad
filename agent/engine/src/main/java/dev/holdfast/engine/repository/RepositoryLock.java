package dev.holdfast.engine.repository;

import dev.holdfast.engine.concurrent.TaskGroup;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// A lock in the repository that refreshes itself until closed (repository format, section 13).
/// Close it on every way out: others wait for it, however old it is. Safe for use by many threads.
///
/// Its age is counted by the monotonic clock and by the wall clock, and the larger one holds: the
/// former stands still while the machine sleeps, the latter may be set back.
public final class RepositoryLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RepositoryLock.class);

    /// What others may do meanwhile.
    public enum Mode {
        /// Others may read and add.
        SHARED,
        /// Nobody else may do anything.
        EXCLUSIVE
    }

    private final LockFiles files;
    private final RepositoryContext context;
    private final LockTiming timing;
    private final Mode mode;
    private final Consumer<RepositoryLock> closed;
    private final TaskGroup refresher = TaskGroup.ofVirtual("lock");

    /// Held while lock files are written; guards `own`.
    private final ReentrantLock writing = new ReentrantLock();

    /// Our lock files, the current one last; more than one while a refresh is under way or where
    /// removing an older one failed.
    private final Set<String> own = new LinkedHashSet<>();

    private volatile Age age;
    private volatile boolean lost;
    private volatile boolean released;

    private record Age(long nanos, Instant instant) {}

    private RepositoryLock(
            LockFiles files,
            RepositoryContext context,
            LockTiming timing,
            Mode mode,
            Consumer<RepositoryLock> closed) {
        this.files = files;
        this.context = context;
        this.timing = timing;
        this.mode = mode;
        this.closed = closed;
        this.age = now();
    }

    /// Takes a lock, or fails with LOCKED where another one is in the way.
    static RepositoryLock acquire(
            LockFiles files,
            RepositoryContext context,
            LockTiming timing,
            Mode mode,
            Consumer<RepositoryLock> closed)
            throws IOException, InterruptedException {
        RepositoryLock lock = new RepositoryLock(files, context, timing, mode, closed);
        lock.throwIfConflict();
        boolean taken = false;
        try {
            lock.write();
            Thread.sleep(timing.settle());
            lock.throwIfConflict();
            taken = true;
        } finally {
            if (!taken) {
                lock.removeOwn();
            }
        }
        lock.refresher.fork("refresh", lock::keepFresh);
        return lock;
    }

    public Mode mode() {
        return mode;
    }

    /// Whether the lock is still ours.
    public boolean valid() {
        return !lost && !released && elapsed().compareTo(timing.expiry()) < 0;
    }

    /// Fails where the lock is lost. A lock that was not refreshed in time, as after the machine
    /// slept, is first tried to be proved untouched and renewed.
    ///
    /// @throws RepositoryException of kind LOCKED where the lock is no longer ours
    public void throwIfLost() throws RepositoryException, InterruptedException {
        if (!valid() && !lost && !released) {
            try {
                refresh();
            } catch (RepositoryException e) {
                throw e;
            } catch (IOException e) {
                throw lost("could not be refreshed in time", e);
            }
        }
        if (lost || released) {
            throw lost(lost ? "is lost" : "was released", null);
        }
    }

    /// Removes the lock file, even when the thread is interrupted.
    @Override
    public void close() {
        if (released) {
            return;
        }
        released = true;
        refresher.close();
        removeOwn();
        closed.accept(this);
    }

    private void throwIfConflict() throws IOException, InterruptedException {
        List<LockHolder> conflicts = new ArrayList<>();
        for (LockHolder holder : files.load(own, timing.unreadable())) {
            if (mode == Mode.EXCLUSIVE || holder.exclusive()) {
                conflicts.add(holder);
            }
        }
        if (!conflicts.isEmpty()) {
            Instant now = context.clock().instant();
            LockHolder first = conflicts.getFirst();
            String more = conflicts.size() == 1 ? "" : " (and " + (conflicts.size() - 1) + " more)";
            throw new RepositoryException(
                    RepositoryException.Kind.LOCKED,
                    "the repository is locked: " + first.describe(now) + more,
                    first.stale(now)
                            ? "The holder gave no sign for half an hour. If process "
                                    + first.pid()
                                    + " on "
                                    + first.hostName()
                                    + " is gone, remove the lock with `restic unlock`."
                            : "Wait until it has finished.");
        }
    }

    private Void keepFresh() throws InterruptedException {
        while (!lost) {
            Thread.sleep(timing.tick());
            if (elapsed().compareTo(timing.refresh()) >= 0) {
                try {
                    refresh();
                } catch (IOException e) {
                    LOG.atWarn().setCause(e).log("a lock could not be refreshed; trying again");
                }
            }
        }
        return null;
    }

    /// Writes a new lock file and removes the old one. Where the lock has expired, the old one must
    /// be there before and after: then nobody has taken us for dead.
    private void refresh() throws IOException, InterruptedException {
        writing.lockInterruptibly();
        try {
            boolean expired = elapsed().compareTo(timing.expiry()) >= 0;
            if (lost || released || elapsed().compareTo(timing.refresh()) < 0) {
                return; // another thread has done it
            }
            List<String> old = List.copyOf(own);
            if (expired) {
                throwIfRemoved(old.getLast());
            }
            Age fresh = now();
            write();
            if (expired) {
                Thread.sleep(timing.settle());
                throwIfRemoved(old.getLast());
            }
            age = fresh;
            for (String name : old) {
                files.remove(name);
                own.remove(name);
            }
        } finally {
            writing.unlock();
        }
    }

    private void throwIfRemoved(String name) throws IOException, InterruptedException {
        if (!files.exists(name)) {
            lost = true;
            throw lost("was removed by somebody while it was not refreshed", null);
        }
    }

    private void write() throws IOException, InterruptedException {
        own.add(files.write(LockHolder.of(context, mode == Mode.EXCLUSIVE)));
    }

    private void removeOwn() {
        boolean interrupted = Thread.interrupted();
        writing.lock();
        try {
            for (String name : own) {
                files.remove(name);
            }
            own.clear();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the lock {} stays behind: it could not be removed", own);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            writing.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Duration elapsed() {
        Age last = age;
        Duration monotonic = Duration.ofNanos(System.nanoTime() - last.nanos());
        Duration wall = Duration.between(last.instant(), context.clock().instant());
        return monotonic.compareTo(wall) > 0 ? monotonic : wall;
    }

    private Age now() {
        return new Age(System.nanoTime(), context.clock().instant());
    }

    private static RepositoryException lost(String what, @Nullable Throwable cause) {
        return new RepositoryException(
                RepositoryException.Kind.LOCKED,
                "our lock of the repository " + what,
                "Start again: what is stored already is found again.",
                cause);
    }
}
