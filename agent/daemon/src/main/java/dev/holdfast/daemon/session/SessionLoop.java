package dev.holdfast.daemon.session;

import dev.holdfast.daemon.enrollment.RpcFailures;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.daemon.failure.Failures;
import dev.holdfast.daemon.state.TaskLedger;
import dev.holdfast.daemon.task.FrameSink;
import dev.holdfast.daemon.task.QueryRunner;
import dev.holdfast.daemon.task.TaskRunner;
import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.Hello;
import dev.holdfast.proto.v1.Welcome;

import io.grpc.ManagedChannel;
import io.grpc.Status;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Keeps a session with the controller for as long as its thread is not interrupted.
///
/// One thread is in [#run]; the other methods may be called by any.
public final class SessionLoop implements FrameSink {
    /// How often the certificate is looked at while connected.
    private static final Duration MAINTENANCE = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(SessionLoop.class);

    /// What people see of the connection.
    ///
    /// @param since when it was made; empty while there is none
    /// @param problem why there is none; empty while there is one or the first is being tried
    public record State(Optional<Instant> since, String problem) {
        static final State STARTING = new State(Optional.empty(), "");
    }

    private final Connector connector;
    private final Backoff backoff;
    private final Supplier<Hello.Builder> facts;
    private final InstantSource clock;
    private final Consumer<State> listener;
    private volatile @Nullable Session current;
    private volatile State state = State.STARTING;

    /// @param facts what a Hello says apart from the journal's part
    /// @param listener hears of each change of the connection
    public SessionLoop(
            Connector connector,
            Backoff backoff,
            Supplier<Hello.Builder> facts,
            InstantSource clock,
            Consumer<State> listener) {
        this.connector = connector;
        this.backoff = backoff;
        this.facts = facts;
        this.clock = clock;
        this.listener = listener;
    }

    public State state() {
        return state;
    }

    @Override
    public void send(AgentFrame frame) {
        Session session = current;
        if (session != null && session.isGreeted()) session.send(frame);
    }

    /// Connects, works, and connects again; ends by interruption alone.
    public void run(TaskLedger ledger, TaskRunner tasks, QueryRunner queries)
            throws InterruptedException {
        ledger.onOutbox(
                () -> {
                    Session session = current;
                    if (session != null) session.outboxGrew();
                });
        while (true) {
            boolean again = once(ledger, tasks, queries);
            if (!again) TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
        }
    }

    /// One connection.
    ///
    /// @return whether the next one may follow at once
    private boolean once(TaskLedger ledger, TaskRunner tasks, QueryRunner queries)
            throws InterruptedException {
        ManagedChannel channel;
        try {
            channel = connector.open();
        } catch (IOException | RuntimeException e) {
            lost(Failures.of(e));
            return false;
        }
        Session session = new Session(ledger, tasks, queries, this::welcomed, clock);
        current = session;
        boolean renewed;
        try (Maintenance maintenance = new Maintenance(channel, session)) {
            Status end = session.run(channel, Session.inventory(ledger, facts.get()));
            renewed = maintenance.renewed;
            if (!session.isGreeted()) connector.failed(end.asRuntimeException());
            if (renewed) return true;
            lost(RpcFailures.of(connector.address(), end.asRuntimeException()).report());
        } catch (IOException e) {
            lost(Failures.of(e));
        } finally {
            current = null;
            channel.shutdownNow();
        }
        return false;
    }

    private void welcomed(Welcome welcome) {
        backoff.reset();
        try {
            connector.worked();
        } catch (IOException e) {
            log.error("the renewed certificate cannot be put in force", e);
        }
        log.info("connected to {} as {}", connector.address(), welcome.getAgentName());
        change(new State(Optional.of(clock.instant()), ""));
    }

    private void lost(FailureReport why) {
        String text = why.code() + ": " + why.message();
        boolean isNew = state.since().isPresent() || !state.problem().equals(text);
        if (isNew) {
            log.warn("no session with the controller: {} ({})", text, why.detail());
        }
        change(new State(Optional.empty(), text));
    }

    private void change(State next) {
        state = next;
        listener.accept(next);
    }

    /// Looks after the certificate while a session lasts.
    private final class Maintenance implements AutoCloseable {
        private final Thread thread;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean renewed;

        Maintenance(ManagedChannel channel, Session session) {
            thread = Thread.ofVirtual().name("certificate").start(() -> maintain(channel, session));
        }

        private void maintain(ManagedChannel channel, Session session) {
            try {
                while (!done.await(pause(session).toSeconds(), TimeUnit.SECONDS)) {
                    if (session.isGreeted() && renew(channel)) {
                        renewed = true;
                        session.stop();
                        return;
                    }
                }
            } catch (InterruptedException _) {
                // the session is over
            }
        }

        private static Duration pause(Session session) {
            return session.isGreeted() ? MAINTENANCE : Duration.ofSeconds(5);
        }

        private boolean renew(ManagedChannel channel) {
            try {
                return connector.maintain(channel);
            } catch (IOException | RuntimeException e) {
                log.warn("the certificate could not be renewed: {}", e.getMessage());
                return false;
            }
        }

        @Override
        public void close() {
            done.countDown();
            thread.interrupt();
        }
    }
}
