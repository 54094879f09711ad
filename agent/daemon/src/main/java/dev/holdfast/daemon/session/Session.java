package dev.holdfast.daemon.session;

import dev.holdfast.daemon.state.ProtoTime;
import dev.holdfast.daemon.state.TaskLedger;
import dev.holdfast.daemon.task.QueryRunner;
import dev.holdfast.daemon.task.TaskRunner;
import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.AgentLinkGrpc;
import dev.holdfast.proto.v1.ControllerFrame;
import dev.holdfast.proto.v1.Heartbeat;
import dev.holdfast.proto.v1.Hello;
import dev.holdfast.proto.v1.Welcome;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// One stream, from Hello to its end. The thread in [#run] sends; gRPC's threads receive.
///
/// `lock` guards the fields below it; nothing is sent and nothing is stored while it is held.
final class Session implements StreamObserver<ControllerFrame> {
    /// Frames that may be lost, waiting to be sent; beyond this progress is dropped.
    private static final int TRANSIENT_MAX = 256;

    /// How long a reply waits for room before it is given up with its session.
    private static final Duration ROOM = Duration.ofSeconds(30);

    private static final Duration HEARTBEAT = Duration.ofSeconds(20);

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final TaskLedger ledger;
    private final TaskRunner tasks;
    private final QueryRunner queries;
    private final Consumer<Welcome> welcomed;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Deque<AgentFrame> transients = new ArrayDeque<>();
    private Duration heartbeat = HEARTBEAT;
    private boolean outboxGrew;
    private boolean greeted;
    private boolean stopping;
    private long ackDue;
    private Optional<Status> ended = Optional.empty();

    Session(
            TaskLedger ledger,
            TaskRunner tasks,
            QueryRunner queries,
            Consumer<Welcome> welcomed,
            InstantSource clock) {
        this.ledger = ledger;
        this.tasks = tasks;
        this.queries = queries;
        this.welcomed = welcomed;
        this.clock = clock;
    }

    /// Works until the stream ends, [#stop] is called, or the thread is interrupted.
    ///
    /// @return how the stream ended; OK where we ended it
    Status run(Channel channel, Hello hello) throws InterruptedException {
        StreamObserver<AgentFrame> out = AgentLinkGrpc.newStub(channel).connect(this);
        try {
            out.onNext(AgentFrame.newBuilder().setHello(hello).build());
            return pump(out);
        } catch (IllegalStateException e) {
            // the call ended between two frames; its end says why
            log.debug("the stream is gone", e);
            return awaitEnd();
        } finally {
            finish(Status.OK);
            out.onError(Status.CANCELLED.withDescription("the agent left").asRuntimeException());
        }
    }

    private Status pump(StreamObserver<AgentFrame> out) throws InterruptedException {
        long sentSeq = 0;
        long sentAck = 0;
        long beatAt = System.nanoTime() + heartbeat.toNanos();
        while (true) {
            Optional<AgentFrame> next = Optional.empty();
            boolean lookAtOutbox;
            long ack;
            lock.lock();
            try {
                while (ended.isEmpty()
                        && !stopping
                        && transients.isEmpty()
                        && !(greeted && outboxGrew)
                        && ackDue == sentAck
                        && beatAt - System.nanoTime() > 0) {
                    changed.awaitNanos(beatAt - System.nanoTime());
                }
                if (ended.isPresent()) return ended.get();
                if (stopping) return Status.OK;
                lookAtOutbox = greeted && outboxGrew;
                if (lookAtOutbox) outboxGrew = false;
                ack = ackDue;
                if (!transients.isEmpty()) {
                    next = Optional.of(transients.removeFirst());
                    room.signalAll();
                }
            } finally {
                lock.unlock();
            }
            if (lookAtOutbox) {
                for (AgentFrame frame : ledger.outbox(sentSeq)) {
                    out.onNext(frame.toBuilder().setAck(ack).build());
                    sentSeq = frame.getSeq();
                    sentAck = ack;
                }
            }
            if (next.isPresent()) {
                out.onNext(next.get().toBuilder().setAck(ack).build());
                sentAck = ack;
            }
            if (beatAt - System.nanoTime() <= 0) {
                out.onNext(beat(ack));
                sentAck = ack;
                beatAt = System.nanoTime() + heartbeat.toNanos();
            } else if (ack != sentAck) {
                out.onNext(AgentFrame.newBuilder().setAck(ack).build());
                sentAck = ack;
            }
        }
    }

    private AgentFrame beat(long ack) {
        return AgentFrame.newBuilder()
                .setAck(ack)
                .setHeartbeat(Heartbeat.newBuilder().setSentAt(ProtoTime.of(clock.instant())))
                .build();
    }

    private Status awaitEnd() throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(5);
            while (ended.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return ended.orElse(Status.UNAVAILABLE.withDescription("the stream broke"));
        } finally {
            lock.unlock();
        }
    }

    /// The journal has more to report.
    void outboxGrew() {
        lock.lock();
        try {
            outboxGrew = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Queues a frame that may be lost. Progress never waits; replies wait a while for room.
    void send(AgentFrame frame) {
        lock.lock();
        try {
            if (frame.hasReply()) awaitRoom();
            if (ended.isPresent() || transients.size() >= TRANSIENT_MAX) return;
            transients.addLast(frame);
            changed.signalAll();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom() throws InterruptedException {
        long left = ROOM.toNanos();
        while (ended.isEmpty() && transients.size() >= TRANSIENT_MAX && left > 0) {
            left = room.awaitNanos(left);
        }
    }

    /// Ends the stream from our side.
    void stop() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isGreeted() {
        lock.lock();
        try {
            return greeted;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onNext(ControllerFrame frame) {
        try {
            handle(frame);
        } catch (IOException e) {
            // not stored, so not acknowledged: the controller sends it again on the next stream
            log.error("a frame of the controller could not be stored; the stream is ended", e);
            stop();
        } catch (RuntimeException e) {
            log.error("a frame of the controller could not be handled; the stream is ended", e);
            stop();
        }
    }

    private void handle(ControllerFrame frame) throws IOException {
        if (frame.getAck() != 0) ledger.acknowledge(frame.getAck());
        switch (frame.getBodyCase()) {
            case WELCOME -> welcome(frame.getWelcome());
            case ORDER -> tasks.submit(frame.getOrder());
            case CANCEL -> tasks.cancel(frame.getCancel().getTaskId());
            case QUERY -> queries.submit(frame.getQuery());
            // an unknown body comes from a newer controller
            case BODY_NOT_SET -> {}
        }
        if (frame.getSeq() != 0) {
            lock.lock();
            try {
                if (Long.compareUnsigned(frame.getSeq(), ackDue) > 0) ackDue = frame.getSeq();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void welcome(Welcome welcome) {
        lock.lock();
        try {
            greeted = true;
            outboxGrew = true;
            if (welcome.getHeartbeatSeconds() > 0) {
                heartbeat = Duration.ofSeconds(Math.min(welcome.getHeartbeatSeconds(), 300));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        welcomed.accept(welcome);
    }

    @Override
    public void onError(Throwable thrown) {
        finish(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
        finish(Status.UNAVAILABLE.withDescription("the controller ended the stream"));
    }

    private void finish(Status status) {
        lock.lock();
        try {
            if (ended.isEmpty()) ended = Optional.of(status);
            changed.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ids for a Hello: tasks in hand, and results to be confirmed.
    static Hello inventory(TaskLedger ledger, Hello.Builder facts) {
        List<String> running = ledger.runningIds();
        return facts.setEpoch(ledger.epoch())
                .setGeneration(ledger.generation())
                .addAllRunningTaskIds(running)
                .addAllUnreportedTaskIds(ledger.unreportedIds())
                .build();
    }
}
