package dev.holdfast.daemon.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.session.FakeController.Link;
import dev.holdfast.daemon.state.OrderAudit;
import dev.holdfast.daemon.state.RunHistory;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.TaskLedger;
import dev.holdfast.daemon.task.Interruptions;
import dev.holdfast.daemon.task.QueryRunner;
import dev.holdfast.daemon.task.TaskExecutor;
import dev.holdfast.daemon.task.TaskRunner;
import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.CancelOrder;
import dev.holdfast.proto.v1.ControllerFrame;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.Hello;
import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

class SessionLoopTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    @TempDir private Path folder;
    private final Work work = new Work();

    @SuppressWarnings("NullAway.Init") // set before each test
    private FakeController controller;

    @BeforeEach
    void startController() throws IOException {
        controller = new FakeController();
    }

    @AfterEach
    void stopController() {
        controller.close();
    }

    @Test
    void runsAnOrderThatComesTwiceOnce() throws IOException, InterruptedException {
        try (Agent _ = new Agent("one")) {
            Link link = controller.accept();
            link.welcome();
            link.send(order(1, "task"));
            TaskResult result = finished(link, "task").getFinished().getResult();
            assertThat(result.getOutcome()).isEqualTo(TaskResult.Outcome.SUCCEEDED);

            link.send(order(2, "task"));
            link.next(frame -> frame.getAck() >= 2);
            link.breakOff();
            Link again = controller.accept();
            again.welcome();
            again.send(order(3, "task"));
            again.send(order(4, "other"));
            finished(again, "other");
        }
        assertThat(work.ran).containsExactly("task", "other");
    }

    @Test
    void sendsAResultUntilItIsAcknowledged() throws IOException, InterruptedException {
        try (Agent _ = new Agent("one")) {
            Link first = controller.accept();
            assertThat(first.next(AgentFrame::hasHello).getHello().getUnreportedTaskIdsList())
                    .isEmpty();
            first.welcome();
            first.send(order(1, "task"));
            AgentFrame sent = finished(first, "task");
            first.breakOff();

            Link second = controller.accept();
            assertThat(second.next(AgentFrame::hasHello).getHello().getUnreportedTaskIdsList())
                    .containsExactly("task");
            second.welcome();
            assertThat(second.next(AgentFrame::hasAccepted).getSeq()).isEqualTo(1);
            AgentFrame again = finished(second, "task");
            assertThat(again.getSeq()).isEqualTo(sent.getSeq()).isEqualTo(2);
            assertThat(again.getFinished()).isEqualTo(sent.getFinished());
            second.send(ControllerFrame.newBuilder().setSeq(5).setAck(2));
            second.next(frame -> frame.getAck() == 5);
            second.breakOff();

            Link third = controller.accept();
            assertThat(third.next(AgentFrame::hasHello).getHello().getUnreportedTaskIdsList())
                    .isEmpty();
            third.welcome();
            third.send(ControllerFrame.newBuilder().setSeq(6));
            assertThat(third.until(frame -> frame.getAck() == 6))
                    .noneMatch(frame -> frame.hasFinished() || frame.hasAccepted());
        }
    }

    @Test
    void keepsBackResultsUntilItIsWelcome() throws IOException, InterruptedException {
        try (Agent _ = new Agent("one")) {
            Link first = controller.accept();
            first.welcome();
            first.send(order(1, "task"));
            finished(first, "task");
            first.breakOff();

            Link second = controller.accept();
            second.send(ControllerFrame.newBuilder().setSeq(2));
            assertThat(second.until(frame -> frame.getAck() == 2))
                    .noneMatch(frame -> frame.getSeq() != 0);
            second.welcome();
            finished(second, "task");
        }
    }

    @Test
    void reportsAfterARestartWhatWasCutShort() throws IOException, InterruptedException {
        try (Agent _ = new Agent("one")) {
            Link link = controller.accept();
            link.welcome();
            link.send(order(1, "block"));
            assertThat(work.started()).isEqualTo("block");
            copyState("one", "two"); // what a crash leaves behind
        }
        try (Agent _ = new Agent("two")) {
            Link link = controller.accept();
            Hello hello = link.next(AgentFrame::hasHello).getHello();
            assertThat(hello.getUnreportedTaskIdsList()).containsExactly("block");
            assertThat(hello.getRunningTaskIdsList()).isEmpty();
            link.welcome();
            TaskResult result = finished(link, "block").getFinished().getResult();
            assertThat(result.getOutcome()).isEqualTo(TaskResult.Outcome.FAILED);
            assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.INTERRUPTED);
            assertThat(result.getFailure().getRetryable()).isTrue();

            link.send(order(2, "block"));
            link.next(frame -> frame.getAck() >= 2);
        }
        assertThat(work.ran).as("once, by the first process").containsExactly("block");
    }

    @Test
    void endsATaskThatIsCancelled() throws IOException, InterruptedException {
        try (Agent _ = new Agent("one")) {
            Link link = controller.accept();
            link.welcome();
            link.send(order(1, "block"));
            assertThat(work.started()).isEqualTo("block");
            link.send(cancel(2, "block"));

            TaskResult result = finished(link, "block").getFinished().getResult();
            assertThat(result.getOutcome()).isEqualTo(TaskResult.Outcome.CANCELLED);
            assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.CANCELLED);
        }
    }

    @Test
    void aCancelThatIsFasterThanItsOrderWins() throws IOException, InterruptedException {
        try (Agent _ = new Agent("one")) {
            Link link = controller.accept();
            link.welcome();
            link.send(cancel(1, "task"));
            assertThat(finished(link, "task").getFinished().getResult().getOutcome())
                    .isEqualTo(TaskResult.Outcome.CANCELLED);
            link.send(order(2, "task"));
            link.next(frame -> frame.getAck() >= 2);
        }
        assertThat(work.ran).isEmpty();
    }

    @Test
    void reportsAnOrderThatThisHostRefuses() throws IOException, InterruptedException {
        try (Agent _ = new Agent("one")) {
            Link link = controller.accept();
            link.welcome();
            link.send(order(1, "forbidden"));
            TaskResult result = finished(link, "forbidden").getFinished().getResult();
            assertThat(result.getOutcome()).isEqualTo(TaskResult.Outcome.REFUSED);
            assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.REFUSED_BY_AGENT);
        }
        assertThat(work.ran).isEmpty();
        assertThat(folder.resolve("one/audit.ndjson")).content().contains("\"refused\"");
    }

    private static AgentFrame finished(Link link, String id) throws InterruptedException {
        return link.next(
                frame -> frame.hasFinished() && frame.getFinished().getTaskId().equals(id));
    }

    private static ControllerFrame.Builder order(long seq, String id) {
        TaskOrder.Builder order = TaskOrder.newBuilder().setTaskId(id);
        order.getBackupBuilder().addPaths("/home");
        return ControllerFrame.newBuilder().setSeq(seq).setOrder(order);
    }

    private static ControllerFrame.Builder cancel(long seq, String id) {
        return ControllerFrame.newBuilder()
                .setSeq(seq)
                .setCancel(CancelOrder.newBuilder().setTaskId(id));
    }

    private void copyState(String from, String to) throws IOException {
        StateDirectory.create(folder.resolve(to));
        Files.copy(folder.resolve(from).resolve("journal"), folder.resolve(to).resolve("journal"));
    }

    /// Runs what it is told to; `block` never ends by itself, `forbidden` is not allowed.
    private static final class Work implements TaskExecutor {
        private final BlockingQueue<String> starts = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

        String started() throws InterruptedException {
            String id = starts.poll(20, TimeUnit.SECONDS);
            if (id == null) throw new AssertionError("nothing was started");
            return id;
        }

        @Override
        public void check(TaskOrder order) throws IOException {
            if (order.getTaskId().equals("forbidden")) {
                throw new FailureException(Failure.Code.REFUSED_BY_AGENT, "not here", "nowhere");
            }
        }

        @Override
        public TaskResult.Builder execute(TaskOrder order, Consumer<Progress> progress)
                throws InterruptedException {
            ran.add(order.getTaskId());
            starts.add(order.getTaskId());
            if (order.getTaskId().equals("block")) new CountDownLatch(1).await();
            return TaskResult.newBuilder().setOutcome(TaskResult.Outcome.SUCCEEDED);
        }
    }

    /// An agent's session with its journal, as the process puts it together.
    private final class Agent implements AutoCloseable {
        private final TaskLedger ledger;
        private final TaskRunner tasks;
        private final QueryRunner queries;
        private final Thread thread;

        Agent(String state) throws IOException {
            StateDirectory directory = StateDirectory.create(folder.resolve(state));
            ledger =
                    TaskLedger.open(
                            directory, CLOCK, new TaskLedger.ProcessMark(1, "boot", "host"));
            RunHistory history = new RunHistory(List.of());
            OrderAudit audit = new OrderAudit(directory, CLOCK);
            new Interruptions(ledger, history, CLOCK).report();
            SessionLoop loop =
                    new SessionLoop(
                            controller,
                            new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), new Random(1)),
                            Hello::newBuilder,
                            CLOCK,
                            connection -> {});
            tasks = new TaskRunner(ledger, work, audit, history, loop, CLOCK);
            queries = new QueryRunner((query, replies) -> {}, audit, loop);
            thread = Thread.ofPlatform().name("session").start(() -> keep(loop));
        }

        private void keep(SessionLoop loop) {
            try {
                loop.run(ledger, tasks, queries);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            tasks.close();
            queries.close();
            ledger.close();
        }
    }
}
