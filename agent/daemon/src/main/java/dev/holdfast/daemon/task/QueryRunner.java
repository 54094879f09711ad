package dev.holdfast.daemon.task;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.daemon.failure.Failures;
import dev.holdfast.daemon.state.OrderAudit;
import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.QueryReply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs queries beside each other, each on a thread of its own, and sends their replies. At most
/// [#PARALLEL] at once; one that was cancelled is silent. Thread-safe.
public final class QueryRunner implements AutoCloseable {
    static final int PARALLEL = 16;

    private static final Logger log = LoggerFactory.getLogger(QueryRunner.class);

    /// Answers one query by any number of replies before it returns.
    public interface Answers {
        void answer(Query query, Replies replies) throws IOException, InterruptedException;
    }

    /// Where parts of an answer go.
    public interface Replies {
        void add(QueryReply.Builder part) throws InterruptedException;
    }

    private final Answers answers;
    private final OrderAudit audit;
    private final FrameSink sink;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-", 1).factory());

    @GuardedBy("this")
    private final Map<String, Future<?>> active = new HashMap<>();

    public QueryRunner(Answers answers, OrderAudit audit, FrameSink sink) {
        this.answers = answers;
        this.audit = audit;
        this.sink = sink;
    }

    /// Starts, or with a cancelling body ends, a query; returns at once.
    public void submit(Query query) throws IOException {
        String id = query.getQueryId();
        if (query.hasCancel()) {
            cancel(id);
            return;
        }
        String kind = query.getBodyCase().name().toLowerCase(Locale.ROOT);
        audit.record("query " + kind, id, subject(query), "accepted", "");
        synchronized (this) {
            if (active.size() < PARALLEL && !active.containsKey(id)) {
                active.put(id, threads.submit(() -> run(query)));
                return;
            }
        }
        end(
                id,
                Optional.of(
                        new FailureReport(
                                Failure.Code.TOO_MANY_CONNECTIONS,
                                "the agent is answering " + PARALLEL + " other queries",
                                "try again in a moment",
                                "",
                                true)));
    }

    private synchronized void cancel(String id) {
        Future<?> future = active.remove(id);
        if (future != null) future.cancel(true);
    }

    private void run(Query query) {
        Optional<FailureReport> failure = Optional.empty();
        try {
            answers.answer(query, part -> add(query.getQueryId(), part));
        } catch (InterruptedException _) {
            synchronized (this) {
                active.remove(query.getQueryId());
            }
            return;
        } catch (Exception e) {
            failure = Optional.of(Failures.of(e));
            if (failure.get().code() == Failure.Code.INTERNAL) {
                log.error("query {} failed", query.getBodyCase(), e);
            }
        }
        synchronized (this) {
            active.remove(query.getQueryId());
        }
        if (!Thread.currentThread().isInterrupted()) end(query.getQueryId(), failure);
    }

    private void add(String id, QueryReply.Builder part) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        sink.send(AgentFrame.newBuilder().setReply(part.setQueryId(id)).build());
    }

    private void end(String id, Optional<FailureReport> failure) {
        QueryReply.Builder last = QueryReply.newBuilder().setQueryId(id).setLast(true);
        failure.ifPresent(report -> last.setFailure(report.toProto()));
        sink.send(AgentFrame.newBuilder().setReply(last).build());
    }

    private static String subject(Query query) {
        return switch (query.getBodyCase()) {
            case SNAPSHOTS -> query.getSnapshots().getStorage().getLocation();
            case TREE ->
                    query.getTree().getSnapshot()
                            + ":"
                            + query.getTree().getPath()
                            + " in "
                            + query.getTree().getStorage().getLocation();
            case TEST -> query.getTest().getStorage().getLocation();
            case CANCEL, BODY_NOT_SET -> "";
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
