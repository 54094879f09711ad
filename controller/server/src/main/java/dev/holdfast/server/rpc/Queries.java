package dev.holdfast.server.rpc;

import com.google.protobuf.MessageLite;

import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.QueryReply;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.id.IdSource;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/// Starts queries: finds the agent, gives the query an id, streams the replies to the caller.
final class Queries {
    private final IdSource ids;
    private final ScheduledExecutorService timer;
    private final Duration silence;

    Queries(IdSource ids, ScheduledExecutorService timer, Duration silence) {
        this.ids = ids;
        this.timer = timer;
        this.silence = silence;
    }

    /// What to ask and whom.
    record Plan(Session session, Query.Builder query) {}

    <T extends MessageLite> void answer(
            String method,
            StreamObserver<T> out,
            Calls.Work<Plan> work,
            Function<QueryReply, Optional<T>> part) {
        Plan plan;
        try {
            plan = work.run();
        } catch (RequestException e) {
            out.onError(Failures.toGrpc(e));
            return;
        } catch (RuntimeException e) {
            out.onError(Failures.internal(method, e));
            return;
        }
        QueryCall.start(
                plan.session(),
                plan.query().setQueryId(ids.next()).build(),
                part,
                (ServerCallStreamObserver<T>) out,
                timer,
                silence);
    }
}
