package dev.holdfast.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.CancelOrder;
import dev.holdfast.proto.v1.CancelQuery;
import dev.holdfast.proto.v1.ControllerFrame;
import dev.holdfast.proto.v1.Hello;
import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.QueryReply;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.Welcome;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.fleet.InboundSequence;
import dev.holdfast.server.fleet.Links;
import dev.holdfast.server.run.Inventory;
import dev.holdfast.server.run.Runs;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/// The live stream of one agent. Frames arrive one after the other; sending is safe from any
/// thread.
///
/// A numbered frame is acknowledged after what it says is committed. A frame that cannot be stored
/// ends the stream, and the agent sends it again on the next one. The lock of [Runs] may be held
/// when the sending lock is taken, never the other way round.
final class Session implements StreamObserver<AgentFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int MOST_QUERIES = 16;
    private static final int MOST_UNSENT = 1000;

    private final String agentId;
    private final String address;
    private final ServerCallStreamObserver<ControllerFrame> out;
    private final AgentLinkService.Parts parts;
    private final InstantSource clock;
    private final InboundSequence sequence = new InboundSequence();
    private final ReentrantLock sending = new ReentrantLock();
    private final ConcurrentMap<String, QueryListener> queries = new ConcurrentHashMap<>();
    private int unsent;
    private boolean greeted;
    private volatile boolean closed;
    private volatile Instant heardAt;

    Session(
            String agentId,
            String address,
            ServerCallStreamObserver<ControllerFrame> out,
            AgentLinkService.Parts parts) {
        this.agentId = agentId;
        this.address = address;
        this.out = out;
        this.parts = parts;
        this.clock = parts.clock();
        this.heardAt = clock.instant();
    }

    String agentId() {
        return agentId;
    }

    String address() {
        return address;
    }

    Instant heardAt() {
        return heardAt;
    }

    @Override
    public void onNext(AgentFrame frame) {
        if (closed) {
            return;
        }
        heardAt = clock.instant();
        try {
            if (greeted) {
                fleet().seen(agentId);
                handle(frame);
            } else {
                greet(frame);
            }
        } catch (RequestException e) {
            close(Failures.toGrpc(e));
            return;
        } catch (RuntimeException e) {
            close(Failures.internal("AgentLink/Connect", e));
            return;
        }
        if (!closed) {
            out.request(1);
        }
    }

    @Override
    public void onError(Throwable lost) {
        ended();
    }

    @Override
    public void onCompleted() {
        sending.lock();
        try {
            if (!closed) {
                closed = true;
                out.onCompleted();
            }
        } finally {
            sending.unlock();
        }
        ended();
    }

    private void greet(AgentFrame frame) throws RequestException {
        if (!frame.hasHello()) {
            throw RequestException.invalid("frame", "the first frame of a stream must be Hello");
        }
        Hello hello = frame.getHello();
        fleet().greeted(agentId, Views.facts(hello.getFacts()), hello.getPolicy().toByteArray());
        var agent = fleet().active(agentId);
        send(
                ControllerFrame.newBuilder()
                        .setWelcome(
                                Welcome.newBuilder()
                                        .setAgentName(agent.name())
                                        .setEpoch(parts.epoch())
                                        .setHeartbeatSeconds(parts.heartbeatSeconds())
                                        .addAllExpectedTaskIds(runs().inFlight(agentId)))
                        .build());
        greeted = true;
        parts.sessions().register(this);
        LOG.atInfo()
                .addKeyValue("agent", agent.name())
                .addKeyValue("from", address)
                .addKeyValue("running", hello.getRunningTaskIdsCount())
                .addKeyValue("unreported", hello.getUnreportedTaskIdsCount())
                .log("agent connected");
        // a revocation between the check at the gate and the registration found no stream to cut
        fleet().active(agentId);
        runs().connected(
                        agentId,
                        new Inventory(
                                Set.copyOf(hello.getRunningTaskIdsList()),
                                Set.copyOf(hello.getUnreportedTaskIdsList())));
    }

    private void handle(AgentFrame frame) throws RequestException {
        if (frame.getSeq() < 0) {
            throw RequestException.invalid("seq", "is out of range");
        }
        if (frame.getSeq() == 0) {
            apply(frame, 0);
            return;
        }
        if (!sequence.isDuplicate(frame.getSeq())) {
            apply(frame, sequence.add(frame.getSeq()));
        }
        send(ControllerFrame.newBuilder().setAck(sequence.contiguous()).build());
    }

    private void apply(AgentFrame frame, long stored) throws RequestException {
        switch (frame.getBodyCase()) {
            case ACCEPTED -> {
                var accepted = frame.getAccepted();
                Instant at =
                        accepted.hasStartedAt()
                                ? Views.instant(accepted.getStartedAt())
                                : clock.instant();
                runs().accepted(agentId, accepted.getTaskId(), at, stored);
            }
            case FINISHED ->
                    runs().finished(
                                    agentId,
                                    frame.getFinished().getTaskId(),
                                    Views.result(frame.getFinished().getResult(), clock.instant()),
                                    stored);
            case PROGRESS ->
                    runs().progress(
                                    agentId,
                                    frame.getProgress().getTaskId(),
                                    frame.getProgress().getProgress().toByteArray());
            case REPLY -> reply(frame.getReply());
            case HELLO -> throw RequestException.invalid("frame", "Hello only opens a stream");
            // an unknown body comes from a newer agent: noted and acknowledged
            case HEARTBEAT, BODY_NOT_SET -> {}
        }
    }

    private void reply(QueryReply reply) {
        QueryListener listener =
                reply.getLast()
                        ? queries.remove(reply.getQueryId())
                        : queries.get(reply.getQueryId());
        if (listener != null) {
            listener.reply(reply);
        }
    }

    boolean sendOrder(long seq, byte[] order) {
        try {
            return send(
                    ControllerFrame.newBuilder()
                            .setSeq(seq)
                            .setOrder(TaskOrder.parseFrom(order))
                            .build());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored order cannot be read", e);
        }
    }

    boolean sendCancel(long seq, String taskId) {
        return send(
                ControllerFrame.newBuilder()
                        .setSeq(seq)
                        .setCancel(CancelOrder.newBuilder().setTaskId(taskId))
                        .build());
    }

    /// Asks the agent; replies go to the listener until the last one or [#forget].
    void query(Query query, QueryListener listener) throws RequestException {
        if (queries.size() >= MOST_QUERIES) {
            throw RequestException.temporary(
                    FailureCode.TOO_MANY_CONNECTIONS,
                    "the agent is answering " + MOST_QUERIES + " other queries",
                    "try again in a moment");
        }
        queries.put(query.getQueryId(), listener);
        if (!send(ControllerFrame.newBuilder().setQuery(query).build())) {
            queries.remove(query.getQueryId());
            throw lostConnection();
        }
    }

    /// The asker has gone: the agent need not go on.
    void forget(String queryId) {
        if (queries.remove(queryId) != null) {
            send(
                    ControllerFrame.newBuilder()
                            .setQuery(
                                    Query.newBuilder()
                                            .setQueryId(queryId)
                                            .setCancel(CancelQuery.getDefaultInstance()))
                            .build());
        }
    }

    void cut(Links.Cut why) {
        close(
                Failures.toGrpc(
                        switch (why) {
                            case REVOKED ->
                                    RequestException.of(
                                            FailureCode.CERT_REVOKED,
                                            "the agent was revoked",
                                            "enroll the host again with a new token");
                            case REPLACED ->
                                    RequestException.temporary(
                                            FailureCode.CLONED_AGENT,
                                            "another connection with this agent's certificate"
                                                    + " took over",
                                            "make sure that no copy of this host is running");
                            case SILENT ->
                                    RequestException.temporary(
                                            FailureCode.CONNECTION_LOST,
                                            "nothing was heard from the agent for too long",
                                            "the agent connects again by itself");
                            case SHUTDOWN ->
                                    RequestException.temporary(
                                            FailureCode.CONNECTION_LOST,
                                            "the controller is being stopped",
                                            "the agent connects again by itself");
                        }));
    }

    private boolean send(ControllerFrame frame) {
        boolean stuck;
        sending.lock();
        try {
            if (closed) {
                return false;
            }
            unsent = out.isReady() ? 0 : unsent + 1;
            stuck = unsent > MOST_UNSENT;
            if (!stuck) {
                out.onNext(frame);
            }
        } catch (StatusRuntimeException | IllegalStateException e) {
            // the transport is gone; its end is told by a callback
            LOG.atDebug().setCause(e).addKeyValue("agent", agentId).log("frame not sent");
            return false;
        } finally {
            sending.unlock();
        }
        if (stuck) {
            cut(Links.Cut.SILENT);
        }
        return !stuck;
    }

    private void close(StatusRuntimeException why) {
        sending.lock();
        try {
            if (!closed) {
                closed = true;
                out.onError(why);
            }
        } finally {
            sending.unlock();
        }
        LOG.atInfo()
                .addKeyValue("agent", agentId)
                .addKeyValue("why", why.getStatus().getDescription())
                .log("stream ended by the controller");
        ended();
    }

    /// The stream is over, whoever ended it. Safe to call again.
    void ended() {
        closed = true;
        if (parts.sessions().remove(this)) {
            LOG.atInfo().addKeyValue("agent", agentId).log("agent disconnected");
            runs().disconnected(agentId);
        }
        for (String queryId : List.copyOf(queries.keySet())) {
            QueryListener listener = queries.remove(queryId);
            if (listener != null) {
                listener.failed(lostConnection());
            }
        }
    }

    private static RequestException lostConnection() {
        return RequestException.temporary(
                FailureCode.AGENT_OFFLINE,
                "the connection to the agent was lost",
                "try again when it is connected: holdfast agent list");
    }

    private Fleet fleet() {
        return parts.fleet();
    }

    private Runs runs() {
        return parts.runs();
    }
}
