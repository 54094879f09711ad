package dev.holdfast.server;

import static dev.holdfast.server.Refusals.refused;
import static dev.holdfast.server.TestController.backupRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.CancelRunRequest;
import dev.holdfast.proto.v1.ControllerFrame.BodyCase;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetRunRequest;
import dev.holdfast.proto.v1.ItemFailure;
import dev.holdfast.proto.v1.ListRunsRequest;
import dev.holdfast.proto.v1.RevokeAgentRequest;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.Run.State;
import dev.holdfast.proto.v1.RunEvent;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.StartInitRequest;
import dev.holdfast.proto.v1.StartRestoreRequest;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import io.grpc.stub.StreamObserver;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// The life of runs over real streams, the same on every database.
@SuppressWarnings("NullAway.Init") // set before each test
abstract class RunContract {
    private static final String SNAPSHOT = "ab".repeat(32);

    @TempDir Path dir;
    private TestController controller;
    private FakeAgent agent;

    abstract String databaseUrl() throws Exception;

    @BeforeEach
    void start() throws Exception {
        controller = new TestController(dir.resolve("state"), databaseUrl());
        agent = controller.enroll("web01");
        controller.storage("nas");
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        controller.close();
    }

    @Test
    void aBackupRunsFromOrderToResult() throws Exception {
        agent.connect(controller.port());
        Run run = controller.backup("web01", "nas");
        TaskOrder order = agent.order();
        assertThat(order.getTaskId()).isEqualTo(run.getId());
        assertThat(order.getBackup().getPathsList()).containsExactly("/srv/app");
        assertThat(order.getBackup().getStorage().getLocation())
                .isEqualTo("sftp://backup@nas/srv/nas");
        assertThat(order.getBackup().getStorage().getPasswordFile())
                .isEqualTo("/etc/holdfast/password");
        assertThat(controller.run(run.getId()).getState()).isEqualTo(State.LEASED);

        agent.accept(run.getId());
        assertThat(controller.run(run.getId()).getState()).isEqualTo(State.RUNNING);
        agent.progress(run.getId(), 42);
        await().until(() -> controller.run(run.getId()).getProgress().getBytesDone() == 42);

        TaskResult result =
                FakeAgent.succeeded(SNAPSHOT).toBuilder()
                        .setCounts(TaskResult.Counts.newBuilder().setFilesNew(7))
                        .build();
        agent.finish(run.getId(), result);
        Run done = controller.run(run.getId());
        assertThat(done.getState()).isEqualTo(State.SUCCEEDED);
        assertThat(done.getResult()).isEqualTo(result);
        assertThat(done.getProgress().getBytesDone()).isEqualTo(42);
        assertThat(done.getEventsList())
                .extracting(RunEvent::getState)
                .containsExactly(State.QUEUED, State.LEASED, State.RUNNING, State.SUCCEEDED);
    }

    @Test
    void aRunIsWatchedUntilItIsFinal() throws Exception {
        agent.connect(controller.port());
        Run run = controller.backup("web01", "nas");
        var seen = new CopyOnWriteArrayList<Run>();
        CompletableFuture<@Nullable Throwable> end = watch(run.getId(), seen);
        await().until(() -> !seen.isEmpty());
        agent.accept(run.getId());
        agent.progress(run.getId(), 1);
        agent.progress(run.getId(), 2);
        await().until(() -> seen.getLast().getProgress().getBytesDone() == 2);
        agent.finish(run.getId(), FakeAgent.succeeded(SNAPSHOT));
        assertThat(end.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(seen.getFirst().getState()).isEqualTo(State.LEASED);
        assertThat(seen).anyMatch(r -> r.getState() == State.RUNNING);
        assertThat(seen.getLast().getState()).isEqualTo(State.SUCCEEDED);

        // a run that has ended is shown once
        var again = new CopyOnWriteArrayList<Run>();
        assertThat(watch(run.getId(), again).get(10, TimeUnit.SECONDS)).isNull();
        assertThat(again).containsExactly(seen.getLast());
    }

    private CompletableFuture<@Nullable Throwable> watch(String id, List<Run> seen)
            throws Exception {
        var end = new CompletableFuture<@Nullable Throwable>();
        RunsGrpc.newStub(controller.operator())
                .watchRun(
                        GetRunRequest.newBuilder().setRun(id).build(),
                        new StreamObserver<>() {
                            @Override
                            public void onNext(Run run) {
                                seen.add(run);
                            }

                            @Override
                            public void onError(Throwable failure) {
                                end.complete(failure);
                            }

                            @Override
                            public void onCompleted() {
                                end.complete(null);
                            }
                        });
        return end;
    }

    @Test
    void aRunWaitsForItsAgentAndForItsLane() throws Exception {
        Run first = controller.backup("web01", "nas");
        assertThat(first.getState()).isEqualTo(State.QUEUED);
        assertThat(first.getReason()).contains("web01");
        Run second = controller.backup("web01", "nas");
        controller.storage("cloud");
        Run elsewhere = controller.backup("web01", "cloud");
        agent.connect(controller.port());
        assertThat(List.of(agent.order().getTaskId(), agent.order().getTaskId()))
                .containsExactlyInAnyOrder(first.getId(), elsewhere.getId());
        Run waiting = controller.run(second.getId());
        assertThat(waiting.getState()).isEqualTo(State.QUEUED);
        assertThat(waiting.getReason()).contains(first.getId());

        // a restore has a lane of its own
        Run restore = controller.runs().startRestore(restore("nas").build());
        assertThat(agent.order().getTaskId()).isEqualTo(restore.getId());

        agent.accept(first.getId());
        agent.finish(first.getId(), FakeAgent.succeeded(SNAPSHOT));
        assertThat(agent.order().getTaskId()).isEqualTo(second.getId());
    }

    private static StartRestoreRequest.Builder restore(String storage) {
        return StartRestoreRequest.newBuilder()
                .setTargetAgent("web01")
                .setTarget("/srv/restore")
                .setStorage(storage)
                .setSnapshot("latest")
                .setSourceAgent("web01");
    }

    @Test
    void aRestoreFindsTheStorageOfItsSource() throws Exception {
        refused(Failure.Code.NOT_FOUND, () -> controller.runs().startRestore(restore("").build()));
        refused(
                Failure.Code.INVALID_ARGUMENT,
                () -> controller.runs().startRestore(restore("").clearSourceAgent().build()));
        refused(
                Failure.Code.NOT_FOUND,
                () -> controller.runs().startRestore(restore("").setSnapshot("abab").build()));
        agent.connect(controller.port());
        Run backup = controller.backup("web01", "nas");
        agent.accept(agent.order().getTaskId());
        agent.finish(backup.getId(), FakeAgent.succeeded(SNAPSHOT));

        controller.runs().startRestore(restore("").build());
        var latest = agent.order();
        assertThat(latest.getRestore().getStorage().getName()).isEqualTo("nas");
        assertThat(latest.getRestore().getHost()).isEqualTo("web01");
        agent.accept(latest.getTaskId());
        agent.finish(
                latest.getTaskId(),
                TaskResult.newBuilder().setOutcome(TaskResult.Outcome.SUCCEEDED).build());
        assertThat(controller.run(latest.getTaskId()).getState()).isEqualTo(State.SUCCEEDED);

        controller.runs().startRestore(restore("").setSnapshot("abababab").build());
        assertThat(agent.order().getRestore().getStorage().getName()).isEqualTo("nas");

        var inside = restore("").setPath("/srv/app/data").build();
        assertThat(controller.runs().startRestore(inside).getStorageName()).isEqualTo("nas");
        refused(
                Failure.Code.NOT_FOUND,
                () -> controller.runs().startRestore(restore("").setPath("/etc").build()));
    }

    @Test
    void aSuccessWithoutASnapshotIsNoSuccess() throws Exception {
        agent.connect(controller.port());
        Run run = controller.backup("web01", "nas");
        agent.accept(agent.order().getTaskId());
        agent.finish(run.getId(), FakeAgent.succeeded(""));
        assertThat(controller.run(run.getId()).getState()).isEqualTo(State.FAILED);
    }

    @Test
    void aRepeatedRequestMakesOneRun() throws Exception {
        String id = UUID.randomUUID().toString();
        var request = backupRequest("web01", "nas").setRunId(id).build();
        assertThat(controller.runs().startBackup(request).getId()).isEqualTo(id);
        assertThat(controller.runs().startBackup(request).getId()).isEqualTo(id);
        refused(
                Failure.Code.CONFLICT,
                () -> controller.runs().startBackup(request.toBuilder().addPaths("/etc").build()));
        refused(
                Failure.Code.INVALID_ARGUMENT,
                () -> controller.runs().startBackup(request.toBuilder().setRunId("run-1").build()));
        var runs = controller.runs().listRuns(ListRunsRequest.getDefaultInstance());
        assertThat(runs.getRunsCount()).isEqualTo(1);
        assertThat(controller.run(id.substring(0, 8)).getId()).isEqualTo(id);
    }

    @Test
    void anOrderThatGotLostIsDeliveredAgain() throws Exception {
        agent.connect(controller.port());
        Run run = controller.backup("web01", "nas");
        assertThat(agent.order().getTaskId()).isEqualTo(run.getId());
        agent.disconnect();
        controller.awaitConnected("web01", false);
        agent.connect(controller.port());
        assertThat(agent.order().getTaskId()).isEqualTo(run.getId());

        // and on the same stream after a while
        controller.clock.forward(Duration.ofSeconds(31));
        assertThat(agent.order().getTaskId()).isEqualTo(run.getId());
        agent.accept(run.getId());
        agent.finish(run.getId(), FakeAgent.succeeded(SNAPSHOT));
        assertThat(controller.run(run.getId()).getState()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aLostConnectionIsNotALostRun() throws Exception {
        agent.connect(controller.port());
        Run run = controller.backup("web01", "nas");
        agent.accept(agent.order().getTaskId());
        agent.disconnect();
        controller.awaitConnected("web01", false);
        Run unknown = controller.awaitState(run.getId(), State.UNKNOWN);
        assertThat(unknown.getReason()).contains("web01");

        agent.connect(controller.port(), List.of(run.getId()), List.of());
        controller.awaitState(run.getId(), State.RUNNING);
        agent.disconnect();
        controller.awaitState(run.getId(), State.UNKNOWN);

        // neither running nor reported: nobody guesses
        agent.connect(controller.port());
        await().until(() -> controller.run(run.getId()).getReason().contains("neither"));
        assertThat(controller.run(run.getId()).getState()).isEqualTo(State.UNKNOWN);
        var interrupted =
                TaskResult.newBuilder()
                        .setOutcome(TaskResult.Outcome.FAILED)
                        .setFailure(
                                Failure.newBuilder()
                                        .setCode(Failure.Code.INTERRUPTED)
                                        .setMessage("the agent was restarted"));
        agent.finish(run.getId(), interrupted.build());
        assertThat(controller.run(run.getId()).getState()).isEqualTo(State.FAILED);
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"QUEUED", "LEASED", "RUNNING", "UNKNOWN", "SUCCEEDED", "CANCELLED"})
    void aRestartLosesNoRun(State state) throws Exception {
        String id = bringTo(state);
        agent.disconnect();
        controller.restart();
        Run run = controller.run(id);
        switch (state) {
            case QUEUED, SUCCEEDED, CANCELLED -> assertThat(run.getState()).isEqualTo(state);
            default -> {
                assertThat(run.getState()).isEqualTo(State.UNKNOWN);
                assertThat(run.getReason()).contains("web01");
            }
        }
        if (state == State.SUCCEEDED || state == State.CANCELLED) {
            return;
        }
        boolean accepted = state == State.RUNNING || state == State.UNKNOWN;
        agent.connect(controller.port(), accepted ? List.of(id) : List.of(), List.of());
        if (!accepted) {
            assertThat(agent.order().getTaskId()).isEqualTo(id);
            agent.accept(id);
        }
        controller.awaitState(id, State.RUNNING);
        agent.finish(id, FakeAgent.succeeded(SNAPSHOT));
        assertThat(controller.run(id).getState()).isEqualTo(State.SUCCEEDED);
    }

    private String bringTo(State state) throws Exception {
        if (state == State.QUEUED) {
            return controller.backup("web01", "nas").getId();
        }
        agent.connect(controller.port());
        String id = controller.backup("web01", "nas").getId();
        assertThat(agent.order().getTaskId()).isEqualTo(id);
        switch (state) {
            case LEASED -> {}
            case RUNNING -> agent.accept(id);
            case UNKNOWN -> {
                agent.accept(id);
                agent.disconnect();
                controller.awaitState(id, State.UNKNOWN);
            }
            case SUCCEEDED -> {
                agent.accept(id);
                agent.finish(id, FakeAgent.succeeded(SNAPSHOT));
            }
            case CANCELLED -> {
                agent.accept(id);
                agent.finish(id, cancelled());
            }
            default -> throw new IllegalArgumentException("no way to " + state);
        }
        return id;
    }

    private static TaskResult cancelled() {
        return TaskResult.newBuilder().setOutcome(TaskResult.Outcome.CANCELLED).build();
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"QUEUED", "LEASED", "RUNNING", "UNKNOWN", "SUCCEEDED", "CANCELLED"})
    void cancelInEachState(State state) throws Exception {
        String id = bringTo(state);
        if (state == State.SUCCEEDED) {
            refused(Failure.Code.CONFLICT, () -> cancel(id));
            return;
        }
        Run answer = cancel(id);
        if (state == State.QUEUED || state == State.CANCELLED) {
            assertThat(answer.getState()).isEqualTo(State.CANCELLED);
            return;
        }
        assertThat(answer.getState()).isEqualTo(state);
        assertThat(answer.getCancelRequested()).isTrue();
        if (state == State.UNKNOWN) {
            agent.connect(controller.port(), List.of(id), List.of());
        }
        assertThat(agent.await(BodyCase.CANCEL).getCancel().getTaskId()).isEqualTo(id);
        if (state == State.LEASED) {
            agent.accept(id);
        }
        agent.finish(id, cancelled());
        assertThat(controller.run(id).getState()).isEqualTo(State.CANCELLED);
        // final is final
        agent.finish(id, FakeAgent.succeeded(SNAPSHOT));
        assertThat(controller.run(id).getState()).isEqualTo(State.CANCELLED);
    }

    @Test
    void cancelOfAnOrderThatNeverArrivedEndsAtTheNextHello() throws Exception {
        String id = bringTo(State.LEASED);
        agent.disconnect();
        controller.awaitConnected("web01", false);
        cancel(id);
        agent.connect(controller.port());
        assertThat(agent.await(BodyCase.CANCEL).getCancel().getTaskId()).isEqualTo(id);
        assertThat(controller.run(id).getState()).isEqualTo(State.CANCELLED);
        assertThat(agent.hasFrame(BodyCase.ORDER)).isFalse();
    }

    private Run cancel(String id) throws Exception {
        return controller.runs().cancelRun(CancelRunRequest.newBuilder().setRun(id).build());
    }

    @Test
    void revokingAnAgentEndsWhatWaitsAndLetsGiveUpTheRest() throws Exception {
        String running = bringTo(State.RUNNING);
        String waiting = controller.backup("web01", "nas").getId();
        controller.agents().revokeAgent(RevokeAgentRequest.newBuilder().setAgent("web01").build());
        assertThat(controller.run(waiting).getState()).isEqualTo(State.CANCELLED);
        controller.awaitState(running, State.UNKNOWN);
        assertThat(cancel(running).getState()).isEqualTo(State.CANCELLED);
        refused(Failure.Code.CONFLICT, () -> controller.backup("web01", "nas"));
    }

    @Test
    void anAgentCannotReportOnTheRunOfAnother() throws Exception {
        try (FakeAgent thief = controller.enroll("evil")) {
            thief.connect(controller.port());
            String id = bringTo(State.RUNNING);
            agent.progress(id, 5);
            await().until(() -> controller.run(id).getProgress().getBytesDone() == 5);
            thief.progress(id, 999);
            thief.finish(id, FakeAgent.succeeded(SNAPSHOT));
            thief.accept(id);
            Run run = controller.run(id);
            assertThat(run.getState()).isEqualTo(State.RUNNING);
            assertThat(run.getProgress().getBytesDone()).isEqualTo(5);
            // nor claim it as running in its inventory
            thief.connect(controller.port(), List.of(id), List.of(id));
            assertThat(thief.hasFrame(BodyCase.ORDER)).isFalse();
            assertThat(controller.run(id).getAgentName()).isEqualTo("web01");
        }
    }

    @Test
    void aSecondConnectionReplacesTheFirst() throws Exception {
        agent.connect(controller.port());
        try (FakeAgent copy = agent.copy()) {
            copy.connect(controller.port());
            Failure.Code why = agent.awaitEnd(10);
            assertThat(why).isEqualTo(Failure.Code.CLONED_AGENT);
            controller.awaitConnected("web01", true);
            String id = controller.backup("web01", "nas").getId();
            assertThat(copy.order().getTaskId()).isEqualTo(id);
        }
    }

    @Test
    void aStreamMustBeginWithHello() throws Exception {
        agent.open(controller.port());
        agent.heartbeat();
        Failure.Code why = agent.awaitEnd(10);
        assertThat(why).isEqualTo(Failure.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void doubledAndReorderedFramesHaveOneEffect(long seed) throws Exception {
        var random = new Random(seed);
        var ids = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            controller.storage("s" + i);
            ids.add(controller.backup("web01", "s" + i).getId());
        }
        agent.connect(controller.port());
        var frames = new ArrayList<AgentFrame>();
        for (String id : ids) {
            agent.order();
            frames.add(agent.acceptedFrame(id));
            frames.add(agent.finishedFrame(id, FakeAgent.succeeded(SNAPSHOT)));
        }
        var fuzzed = new ArrayList<>(frames);
        for (AgentFrame frame : frames) {
            if (random.nextDouble() < 0.3) {
                fuzzed.add(frame);
            }
        }
        Collections.shuffle(fuzzed, random);
        // a stream that breaks in the middle; what is not acknowledged is sent again in order
        int cut = random.nextInt(fuzzed.size());
        fuzzed.subList(0, cut).forEach(agent::send);
        if (random.nextBoolean()) {
            agent.connect(controller.port(), List.of(), ids);
            frames.forEach(agent::send);
        } else {
            fuzzed.subList(cut, fuzzed.size()).forEach(agent::send);
        }
        for (String id : ids) {
            Run run = controller.awaitState(id, State.SUCCEEDED);
            assertThat(run.getEventsList())
                    .filteredOn(event -> event.getState() == State.SUCCEEDED)
                    .hasSize(1);
        }
        agent.awaitAck(frames.size());
    }

    @Test
    void anInitSharesTheLaneOfBackups() throws Exception {
        agent.connect(controller.port());
        var init = StartInitRequest.newBuilder().setAgent("web01").setStorage("nas").build();
        Run run = controller.runs().startInit(init);
        assertThat(agent.order().getInit().getStorage().getName()).isEqualTo("nas");
        assertThat(controller.backup("web01", "nas").getState()).isEqualTo(State.QUEUED);
        agent.accept(run.getId());
        agent.finish(
                run.getId(),
                TaskResult.newBuilder()
                        .setOutcome(TaskResult.Outcome.REFUSED)
                        .setFailure(
                                Failure.newBuilder()
                                        .setCode(Failure.Code.REFUSED_BY_AGENT)
                                        .setMessage("not in the list"))
                        .build());
        assertThat(controller.run(run.getId()).getState()).isEqualTo(State.FAILED);
        assertThat(agent.order().hasBackup()).isTrue();
    }

    @Test
    void ordersReportsAndListsAreBounded() throws Exception {
        var huge = backupRequest("web01", "nas");
        for (int i = 0; i < 400; i++) {
            huge.addPaths("/srv/" + "x".repeat(4000) + i);
        }
        refused(Failure.Code.INVALID_ARGUMENT, () -> controller.runs().startBackup(huge.build()));
        String id = bringTo(State.RUNNING);
        var result = FakeAgent.succeeded(SNAPSHOT).toBuilder().setItemsFailed(400);
        for (int i = 0; i < 400; i++) {
            result.addFailedItems(ItemFailure.newBuilder().setItem("y".repeat(8000)));
        }
        agent.finish(id, result.build());
        Run run = controller.run(id);
        assertThat(run.getState()).isEqualTo(State.SUCCEEDED);
        assertThat(run.getResult().getItemsFailed()).isEqualTo(400);
        assertThat(run.getResult().getFailedItemsCount()).isBetween(50, 131);
        var listed = controller.runs().listRuns(ListRunsRequest.getDefaultInstance());
        assertThat(listed.getRuns(0).getResult().getFailedItemsCount()).isZero();
    }
}
