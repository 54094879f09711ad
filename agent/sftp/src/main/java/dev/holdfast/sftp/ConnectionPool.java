package dev.holdfast.sftp;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.ssh.ConnectListener;
import dev.holdfast.sftp.ssh.SshConnector;
import dev.holdfast.sftp.transfer.SftpClient;
import dev.holdfast.sftp.transfer.TransferLimits;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// The connections of one backend: a few, made when they are needed, one at a time. Operations
/// share a connection when all are busy. A dropped connection is made anew and its operation run
/// again, within a budget of time; a server that takes no more connections gets by with fewer from
/// then on. Safe for use by many threads.
///
/// Lock order: `connecting` before `state`; no lock is held while an operation runs.
final class ConnectionPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);
    private static final Duration DELAY_MIN = Duration.ofMillis(200);
    private static final Duration DELAY_MAX = Duration.ofSeconds(10);

    private final SshConnector connector;
    private final SftpTuning tuning;
    private final RandomGenerator random;

    /// Lets one thread connect at a time.
    private final ReentrantLock connecting = new ReentrantLock();

    private final ReentrantLock state = new ReentrantLock();

    /// Guarded by `state`, like everything below and the fields of the slots.
    private final List<Slot> slots = new ArrayList<>();

    /// How many slots are in use: falls when the server refuses more.
    private int usable;

    private boolean closed;
    private @Nullable ScheduledFuture<?> idleCheck;

    ConnectionPool(SshConnector connector, SftpTuning tuning, RandomGenerator random) {
        this.connector = connector;
        this.tuning = tuning;
        this.random = random;
        this.usable = tuning.connectionsMax();
        for (int i = 0; i < tuning.connectionsMax(); i++) {
            slots.add(new Slot(i));
        }
    }

    /// Something to do on a connection.
    interface Operation<T> {
        /// Does it.
        ///
        /// @param attempt 0 for the first; more after a connection was lost
        T run(SftpClient client, int attempt) throws BackendException, InterruptedException;
    }

    private static final class Slot {
        final int index;
        @Nullable SftpClient client;
        int operations;
        long idleSince;

        Slot(int index) {
            this.index = index;
        }

        boolean isOpen() {
            return client != null && client.isOpen();
        }
    }

    /// Makes the first connection; fails at once where that fails.
    SftpClient first() throws BackendException, InterruptedException {
        Slot slot = take(Lane.CONTROL);
        try {
            return client(slot);
        } finally {
            release(slot);
        }
    }

    <T> T run(Lane lane, Operation<T> operation) throws BackendException, InterruptedException {
        long start = System.nanoTime();
        Duration delay = DELAY_MIN;
        for (int attempt = 0; ; attempt++) {
            try {
                return runOnce(lane, operation, attempt);
            } catch (BackendException e) {
                Duration spent = Duration.ofNanos(System.nanoTime() - start);
                boolean last = spent.plus(delay).compareTo(tuning.retryBudget()) > 0;
                if (!e.retryable() || last || isClosed()) {
                    throw e;
                }
                LOG.atDebug()
                        .addKeyValue("kind", e.kind())
                        .addKeyValue("attempt", attempt)
                        .log("tries again: {}", e.getMessage());
            }
            delay = jittered(delay);
            Thread.sleep(delay);
        }
    }

    /// Decorrelated jitter: between the least delay and three times the last one.
    private Duration jittered(Duration last) {
        long most = Math.min(last.multipliedBy(3).toMillis(), DELAY_MAX.toMillis());
        return Duration.ofMillis(random.nextLong(DELAY_MIN.toMillis() / 2, most + 1));
    }

    /// Does it without trying again.
    <T> T runOnce(Lane lane, Operation<T> operation, int attempt)
            throws BackendException, InterruptedException {
        Slot slot = take(lane);
        try {
            return operation.run(client(slot), attempt);
        } finally {
            release(slot);
        }
    }

    /// The slot with the least to do; among equals one that is connected.
    private Slot take(Lane lane) {
        state.lock();
        try {
            boolean apart = lane == Lane.BULK && usable > 1;
            Slot best = slots.get(apart ? 1 : 0);
            if (apart) {
                for (Slot slot : slots.subList(2, usable)) {
                    boolean freer = slot.operations < best.operations;
                    boolean readier =
                            slot.operations == best.operations && slot.isOpen() && !best.isOpen();
                    if (freer || readier) {
                        best = slot;
                    }
                }
            }
            best.operations++;
            return best;
        } finally {
            state.unlock();
        }
    }

    private void release(Slot slot) {
        state.lock();
        try {
            slot.operations--;
            slot.idleSince = System.nanoTime();
        } finally {
            state.unlock();
        }
    }

    private SftpClient client(Slot slot) throws BackendException, InterruptedException {
        @Nullable SftpClient open = openClient(slot);
        if (open != null) {
            return open;
        }
        connecting.lockInterruptibly();
        try {
            open = openClient(slot); // made by another thread meanwhile
            return open == null ? connect(slot) : open;
        } finally {
            connecting.unlock();
        }
    }

    private @Nullable SftpClient openClient(Slot slot) throws BackendException {
        state.lock();
        try {
            if (closed) {
                throw new BackendException(
                        Kind.OTHER, "the backend on " + connector.peer() + " is closed");
            }
            SftpClient client = slot.client;
            return client != null && client.isOpen() ? client : null;
        } finally {
            state.unlock();
        }
    }

    private SftpClient connect(Slot slot) throws BackendException, InterruptedException {
        try {
            SftpClient client =
                    SftpClient.open(
                            connector.connect(ConnectListener.none()),
                            new TransferLimits(tuning.requestsInFlight(), tuning.requestTimeout()));
            return keep(slot, client);
        } catch (BackendException e) {
            SftpClient other = e.retryable() ? insteadOf(slot) : null;
            if (other == null) {
                throw e;
            }
            LOG.atInfo()
                    .addKeyValue("kind", e.kind())
                    .log("goes on with fewer connections: {}", e.getMessage());
            return other;
        }
    }

    private SftpClient keep(Slot slot, SftpClient client) throws BackendException {
        boolean kept = false;
        state.lock();
        try {
            if (!closed) {
                slot.client = client;
                kept = true;
                if (idleCheck == null) {
                    idleCheck = scheduleIdleCheck(client);
                }
            }
        } finally {
            state.unlock();
        }
        if (!kept) {
            client.close();
            throw new BackendException(
                    Kind.OTHER, "the backend on " + connector.peer() + " is closed");
        }
        return client;
    }

    /// Another open connection, where the server has shown that it takes some, but not this one
    /// too.
    private @Nullable SftpClient insteadOf(Slot slot) {
        state.lock();
        try {
            for (Slot other : slots) {
                if (other != slot && slot.index > 0 && other.isOpen()) {
                    usable = Math.max(1, usable / 2);
                    return other.client;
                }
            }
            return null;
        } finally {
            state.unlock();
        }
    }

    private ScheduledFuture<?> scheduleIdleCheck(SftpClient client) {
        long period = Math.max(1, tuning.idleTimeout().toMillis() / 2);
        return client.connection()
                .session()
                .getFactoryManager()
                .getScheduledExecutorService()
                .scheduleWithFixedDelay(this::dropIdle, period, period, TimeUnit.MILLISECONDS);
    }

    /// Runs on the timer of the SSH client, so it must not wait for the server.
    private void dropIdle() {
        state.lock();
        try {
            long now = System.nanoTime();
            for (Slot slot : slots) {
                SftpClient client = slot.client;
                boolean idle =
                        slot.operations == 0
                                && now - slot.idleSince > tuning.idleTimeout().toNanos();
                if (client != null && idle) {
                    slot.client = null;
                    client.connection().abort();
                }
            }
        } finally {
            state.unlock();
        }
    }

    private boolean isClosed() {
        state.lock();
        try {
            return closed;
        } finally {
            state.unlock();
        }
    }

    /// How many connections are open; for tests and messages.
    int open() {
        state.lock();
        try {
            return (int) slots.stream().filter(Slot::isOpen).count();
        } finally {
            state.unlock();
        }
    }

    @Override
    public void close() {
        List<SftpClient> clients = new ArrayList<>();
        state.lock();
        try {
            closed = true;
            if (idleCheck != null) {
                idleCheck.cancel(false);
            }
            for (Slot slot : slots) {
                if (slot.client != null) {
                    clients.add(slot.client);
                }
                slot.client = null;
            }
        } finally {
            state.unlock();
        }
        clients.forEach(SftpClient::close);
    }
}
