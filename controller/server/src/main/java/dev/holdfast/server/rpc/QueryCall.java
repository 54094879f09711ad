package dev.holdfast.server.rpc;

import com.google.protobuf.MessageLite;

import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.QueryReply;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// One streaming call that an agent answers. Ends with the agent's last reply, with the loss of the
/// agent or of the caller, when the agent is silent for too long, or when the caller reads too
/// slowly.
final class QueryCall<T extends MessageLite> implements QueryListener {
    private static final long MOST_UNREAD = 32L << 20;

    private final Session session;
    private final String queryId;
    private final Function<QueryReply, Optional<T>> part;
    private final ServerCallStreamObserver<T> out;
    private final ScheduledExecutorService timer;
    private final Duration silence;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ScheduledFuture<?> alarm;
    private long unread;
    private boolean done;

    private QueryCall(
            Session session,
            String queryId,
            Function<QueryReply, Optional<T>> part,
            ServerCallStreamObserver<T> out,
            ScheduledExecutorService timer,
            Duration silence) {
        this.session = session;
        this.queryId = queryId;
        this.part = part;
        this.out = out;
        this.timer = timer;
        this.silence = silence;
    }

    static <T extends MessageLite> void start(
            Session session,
            Query query,
            Function<QueryReply, Optional<T>> part,
            ServerCallStreamObserver<T> out,
            ScheduledExecutorService timer,
            Duration silence) {
        var call = new QueryCall<>(session, query.getQueryId(), part, out, timer, silence);
        out.setOnCancelHandler(call::abandoned);
        call.windUp();
        try {
            session.query(query, call);
        } catch (RequestException e) {
            call.failed(e);
        }
        if (call.isDone()) {
            // ended before the session knew of it
            session.forget(query.getQueryId());
        }
    }

    private boolean isDone() {
        lock.lock();
        try {
            return done;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void reply(QueryReply reply) {
        boolean tooSlow = false;
        lock.lock();
        try {
            if (done) {
                return;
            }
            if (reply.hasFailure()) {
                finish(Failures.toGrpc(reply.getFailure()));
                return;
            }
            Optional<T> found = part.apply(reply);
            if (found.isPresent()) {
                unread = out.isReady() ? 0 : unread + found.get().getSerializedSize();
                tooSlow = unread > MOST_UNREAD;
                if (!tooSlow) {
                    out.onNext(found.get());
                }
            }
            if (reply.getLast() && !tooSlow) {
                finish(null);
                return;
            }
            windUp();
        } finally {
            lock.unlock();
        }
        if (tooSlow) {
            give(
                    RequestException.temporary(
                            FailureCode.TOO_MANY_CONNECTIONS,
                            "the reply was read too slowly and was cut",
                            "ask for less at once"));
        }
    }

    @Override
    public void failed(RequestException why) {
        lock.lock();
        try {
            if (!done) {
                finish(Failures.toGrpc(why));
            }
        } finally {
            lock.unlock();
        }
    }

    private void silent() {
        give(
                RequestException.temporary(
                        FailureCode.TIMEOUT,
                        "the agent has not answered for " + silence.toSeconds() + " s",
                        "see what the agent is doing: holdfast agent list"));
    }

    private void give(RequestException why) {
        failed(why);
        session.forget(queryId);
    }

    private void abandoned() {
        lock.lock();
        try {
            done = true;
            stopAlarm();
        } finally {
            lock.unlock();
        }
        session.forget(queryId);
    }

    private void finish(@Nullable StatusRuntimeException failure) {
        done = true;
        stopAlarm();
        if (failure == null) {
            out.onCompleted();
        } else {
            out.onError(failure);
        }
    }

    private void windUp() {
        lock.lock();
        try {
            stopAlarm();
            alarm = timer.schedule(this::silent, silence.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            lock.unlock();
        }
    }

    private void stopAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
        }
    }
}
