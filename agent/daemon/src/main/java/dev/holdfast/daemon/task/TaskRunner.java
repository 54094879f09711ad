package dev.holdfast.daemon.task;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.daemon.failure.Failures;
import dev.holdfast.daemon.state.OrderAudit;
import dev.holdfast.daemon.state.ProtoTime;
import dev.holdfast.daemon.state.RunHistory;
import dev.holdfast.daemon.state.TaskLedger;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Takes orders and runs them, each id at most once, [#PARALLEL] at a time in the order in which
/// they came. Thread-safe.
public final class TaskRunner implements AutoCloseable {
    /// A restore must not wait for a long backup; more would only compete for the same disks.
    static final int PARALLEL = 2;

    /// Orders waiting for their turn; more are refused, the controller has the queue.
    static final int WAITING_MAX = 100;

    /// How long a stop waits for tasks to tidy up.
    private static final Duration STOP = Duration.ofSeconds(25);

    private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);

    private final TaskLedger ledger;
    private final TaskExecutor executor;
    private final OrderAudit audit;
    private final RunHistory history;
    private final FrameSink sink;
    private final InstantSource clock;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("task-", 1).factory());
    private final ScheduledExecutorService deadlines =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("task-deadlines").factory());
    private final Semaphore turns = new Semaphore(PARALLEL, true);

    @GuardedBy("this")
    private final Map<String, Active> active = new HashMap<>();

    @GuardedBy("this")
    private boolean closed;

    /// One accepted task; `stop` is why it was told to end early.
    private static final class Active {
        private Optional<FailureReport> stop = Optional.empty();
        private @Nullable Thread thread;
    }

    public TaskRunner(
            TaskLedger ledger,
            TaskExecutor executor,
            OrderAudit audit,
            RunHistory history,
            FrameSink sink,
            InstantSource clock) {
        this.ledger = ledger;
        this.executor = executor;
        this.audit = audit;
        this.history = history;
        this.sink = sink;
        this.clock = clock;
    }

    /// Accepts, refuses or recognizes an order. When this returns its fate is on the disk.
    public void submit(TaskOrder order) throws IOException {
        String kind = kind(order);
        String id = order.getTaskId();
        if (id.isEmpty() || id.length() > 64) {
            audit.record(kind, id, subject(order), "refused", "no task id");
            return;
        }
        if (ledger.knows(id)) {
            audit.record(kind, id, subject(order), "repeated", "");
            return;
        }
        Optional<FailureReport> refusal = refusal(order);
        if (refusal.isPresent()) {
            audit.record(kind, id, subject(order), "refused", refusal.get().message());
            log.warn("refused order {} {}: {}", kind, id, refusal.get().message());
            TaskResult result = ended(TaskResult.Outcome.REFUSED, refusal.get());
            ledger.refuse(id, result);
            history.add(order, result);
            return;
        }
        audit.record(kind, id, subject(order), "accepted", "");
        switch (ledger.accept(order)) {
            case ACCEPTED -> start(order);
            case KNOWN -> log.info("order {} {} was received again", kind, id);
            case TOO_OLD -> log.warn("order {} {} is older than this agent remembers", kind, id);
        }
    }

    private Optional<FailureReport> refusal(TaskOrder order) throws IOException {
        if (!ledger.passesFence(order)) {
            return Optional.of(
                    FailureReport.of(
                            Failure.Code.STALE_PLAN,
                            "the order comes from an older epoch or plan than this agent has seen",
                            "was the controller restored from a backup?"));
        }
        synchronized (this) {
            if (closed || active.size() >= WAITING_MAX) {
                return Optional.of(
                        new FailureReport(
                                Failure.Code.CONFLICT,
                                "this agent has " + active.size() + " orders waiting already",
                                "order it again later",
                                "",
                                true));
            }
        }
        try {
            executor.check(order);
            return Optional.empty();
        } catch (FailureException e) {
            return Optional.of(e.report());
        } catch (IOException | RuntimeException e) {
            log.error("order {} cannot be checked", order.getTaskId(), e);
            return Optional.of(Failures.of(e));
        }
    }

    private void start(TaskOrder order) {
        Active task = new Active();
        synchronized (this) {
            active.put(order.getTaskId(), task);
            threads.execute(() -> run(order, task));
        }
        if (order.hasDeadline()) {
            Duration left =
                    Duration.between(clock.instant(), ProtoTime.instant(order.getDeadline()));
            deadlines.schedule(
                    () -> stop(order.getTaskId(), deadlineExceeded()),
                    Math.max(0, left.toMillis()),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void run(TaskOrder order, Active task) {
        synchronized (this) {
            task.thread = Thread.currentThread();
            if (task.stop.isPresent()) Thread.currentThread().interrupt();
        }
        TaskResult result = outcome(order, task);
        synchronized (this) {
            active.remove(order.getTaskId());
            task.thread = null;
        }
        Thread.interrupted(); // a late stop must not keep the result from the disk
        try {
            ledger.finish(order.getTaskId(), result);
            history.add(order, result);
            log.info(
                    "{} {} ended: {} {}",
                    kind(order),
                    order.getTaskId(),
                    result.getOutcome(),
                    result.hasFailure() ? result.getFailure().getMessage() : "");
        } catch (IOException | RuntimeException e) {
            // after a restart the journal says: accepted, never finished
            log.error("the result of {} cannot be stored", order.getTaskId(), e);
        }
    }

    /// The task boundary: whatever happens becomes a result.
    @SuppressWarnings("InterruptedExceptionSwallowed") // the thread ends here
    private TaskResult outcome(TaskOrder order, Active task) {
        Instant started = clock.instant();
        TaskResult.Builder result;
        try {
            turns.acquire();
            try {
                log.info("{} {} begins", kind(order), order.getTaskId());
                started = clock.instant();
                result = executor.execute(order, new ProgressFeed(order.getTaskId(), sink, clock));
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            FailureReport why = stopReason(task).orElseGet(() -> Failures.of(e));
            result = failed(why);
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
            FailureReport failure = stopReason(task).orElseGet(() -> Failures.of(e));
            if (failure.code() == Failure.Code.INTERNAL) {
                log.error("{} {} failed", kind(order), order.getTaskId(), e);
            }
            result = failed(failure);
        }
        return result.setStartedAt(ProtoTime.of(started))
                .setFinishedAt(ProtoTime.of(clock.instant()))
                .build();
    }

    private static TaskResult.Builder failed(FailureReport why) {
        boolean cancelled = why.code() == Failure.Code.CANCELLED;
        return TaskResult.newBuilder()
                .setOutcome(cancelled ? TaskResult.Outcome.CANCELLED : TaskResult.Outcome.FAILED)
                .setFailure(why.toProto());
    }

    private synchronized Optional<FailureReport> stopReason(Active task) {
        return task.stop;
    }

    /// Ends a task early; one that never came will not run either.
    public void cancel(String taskId) throws IOException {
        FailureReport why =
                FailureReport.of(
                        Failure.Code.CANCELLED, "cancelled by order of the controller", "");
        audit.record("cancel", taskId, "", "accepted", "");
        if (!stop(taskId, why) && !ledger.knows(taskId)) {
            ledger.refuse(taskId, ended(TaskResult.Outcome.CANCELLED, why));
        }
    }

    private synchronized boolean stop(String taskId, FailureReport why) {
        Active task = active.get(taskId);
        if (task == null) return false;
        if (task.stop.isEmpty()) task.stop = Optional.of(why);
        interruptWhenStarted(task);
        return true;
    }

    /// One that has not started yet finds the reason when it does.
    private static void interruptWhenStarted(Active task) {
        Thread thread = task.thread;
        if (thread != null) thread.interrupt();
    }

    private TaskResult ended(TaskResult.Outcome outcome, FailureReport failure) {
        return TaskResult.newBuilder()
                .setOutcome(outcome)
                .setFailure(failure.toProto())
                .setStartedAt(ProtoTime.of(clock.instant()))
                .setFinishedAt(ProtoTime.of(clock.instant()))
                .build();
    }

    private static FailureReport deadlineExceeded() {
        return FailureReport.of(
                Failure.Code.DEADLINE_EXCEEDED,
                "the task was not done by its deadline",
                "allow more time, or look for what slows it down");
    }

    static String kind(TaskOrder order) {
        return order.getSpecCase().name().toLowerCase(Locale.ROOT);
    }

    private static String subject(TaskOrder order) {
        return switch (order.getSpecCase()) {
            case BACKUP ->
                    String.join(" ", order.getBackup().getPathsList())
                            + " to "
                            + order.getBackup().getStorage().getLocation();
            case RESTORE ->
                    order.getRestore().getSnapshot()
                            + " from "
                            + order.getRestore().getStorage().getLocation()
                            + " to "
                            + order.getRestore().getTarget();
            case INIT -> order.getInit().getStorage().getLocation();
            case SPEC_NOT_SET -> "";
        };
    }

    /// Ends all tasks as interrupted and waits a while for them.
    @Override
    public void close() {
        FailureReport why =
                new FailureReport(
                        Failure.Code.INTERRUPTED,
                        "the agent was stopped",
                        "run it again; what is stored already is not sent twice",
                        "",
                        true);
        synchronized (this) {
            closed = true;
            for (Active task : active.values()) {
                if (task.stop.isEmpty()) task.stop = Optional.of(why);
                interruptWhenStarted(task);
            }
        }
        deadlines.shutdownNow();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("some tasks did not end in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
