package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.AgentLinkGrpc;
import dev.holdfast.proto.v1.ControllerFrame;
import dev.holdfast.proto.v1.EnrollReply;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.Heartbeat;
import dev.holdfast.proto.v1.Hello;
import dev.holdfast.proto.v1.HostFacts;
import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.QueryReply;
import dev.holdfast.proto.v1.TaskAccepted;
import dev.holdfast.proto.v1.TaskFinished;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskProgress;
import dev.holdfast.proto.v1.TaskResult;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

import org.jspecify.annotations.Nullable;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// An agent written by hand: says only what a test tells it to say, over real mutual TLS.
final class FakeAgent implements AutoCloseable {
    final String id;
    final String name;
    final KeyPair keys;
    final X509Certificate certificate;
    private final X509Certificate authority;
    private final BlockingQueue<ControllerFrame> frames = new LinkedBlockingQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
    private @Nullable ManagedChannel channel;
    private @Nullable StreamObserver<AgentFrame> out;
    private long seq;

    FakeAgent(EnrollReply reply, KeyPair keys, X509Certificate authority) throws Exception {
        this.id = reply.getAgentId();
        this.name = reply.getAgentName();
        this.keys = keys;
        this.certificate = Identity.own(reply);
        this.authority = authority;
    }

    private FakeAgent(FakeAgent original) {
        this.id = original.id;
        this.name = original.name;
        this.keys = original.keys;
        this.certificate = original.certificate;
        this.authority = original.authority;
    }

    /// A copied host.
    FakeAgent copy() {
        return new FakeAgent(this);
    }

    /// Opens a stream and waits for the welcome.
    ControllerFrame connect(int port) throws Exception {
        return connect(port, List.of(), List.of());
    }

    ControllerFrame connect(int port, List<String> running, List<String> unreported)
            throws Exception {
        open(port);
        send(
                AgentFrame.newBuilder()
                        .setHello(
                                Hello.newBuilder()
                                        .setFacts(HostFacts.newBuilder().setHostName(name))
                                        .addAllRunningTaskIds(running)
                                        .addAllUnreportedTaskIds(unreported))
                        .build());
        return await(ControllerFrame.BodyCase.WELCOME);
    }

    /// Opens a stream and says nothing.
    void open(int port) throws Exception {
        disconnect();
        frames.clear();
        ended = new CompletableFuture<>();
        CompletableFuture<@Nullable Throwable> end = ended;
        var fresh = Identity.channel(port, authority, keys, certificate);
        channel = fresh;
        out =
                AgentLinkGrpc.newStub(fresh)
                        .connect(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(ControllerFrame frame) {
                                        acknowledged.accumulateAndGet(frame.getAck(), Math::max);
                                        frames.add(frame);
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
    }

    void send(AgentFrame frame) {
        var stream = out;
        if (stream == null) {
            throw new IllegalStateException("not connected");
        }
        stream.onNext(frame);
    }

    /// The next frame of this kind; others before it are skipped.
    ControllerFrame await(ControllerFrame.BodyCase kind) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            ControllerFrame frame = frames.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (frame == null) {
                throw new TimeoutException("no " + kind);
            }
            if (frame.getBodyCase() == kind) {
                return frame;
            }
        }
    }

    TaskOrder order() throws Exception {
        return await(ControllerFrame.BodyCase.ORDER).getOrder();
    }

    /// Whether a frame of this kind has arrived and was not yet taken.
    boolean hasFrame(ControllerFrame.BodyCase kind) {
        return frames.stream().anyMatch(frame -> frame.getBodyCase() == kind);
    }

    /// The code with which the controller ended the stream.
    Failure.Code awaitEnd(int seconds) throws Exception {
        if (ended.get(seconds, TimeUnit.SECONDS) instanceof StatusRuntimeException why) {
            return TestController.failure(why).getCode();
        }
        throw new AssertionError("the stream ended without a failure");
    }

    AgentFrame acceptedFrame(String taskId) {
        return AgentFrame.newBuilder()
                .setSeq(++seq)
                .setAccepted(TaskAccepted.newBuilder().setTaskId(taskId))
                .build();
    }

    AgentFrame finishedFrame(String taskId, TaskResult result) {
        return AgentFrame.newBuilder()
                .setSeq(++seq)
                .setFinished(TaskFinished.newBuilder().setTaskId(taskId).setResult(result))
                .build();
    }

    void accept(String taskId) throws Exception {
        sendAndAwaitAck(acceptedFrame(taskId));
    }

    void finish(String taskId, TaskResult result) throws Exception {
        sendAndAwaitAck(finishedFrame(taskId, result));
    }

    void sendAndAwaitAck(AgentFrame frame) throws Exception {
        send(frame);
        awaitAck(frame.getSeq());
    }

    void awaitAck(long wanted) {
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(acknowledged.get()).isGreaterThanOrEqualTo(wanted));
    }

    long acknowledged() {
        return acknowledged.get();
    }

    void progress(String taskId, long bytes) {
        send(
                AgentFrame.newBuilder()
                        .setProgress(
                                TaskProgress.newBuilder()
                                        .setTaskId(taskId)
                                        .setProgress(
                                                Progress.newBuilder()
                                                        .setPhase(Progress.Phase.READING)
                                                        .setBytesDone(bytes)))
                        .build());
    }

    void heartbeat() {
        send(AgentFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
    }

    void reply(QueryReply reply) {
        send(AgentFrame.newBuilder().setReply(reply).build());
    }

    /// Ends the stream as a crash would.
    void disconnect() {
        var open = channel;
        if (open != null) {
            open.shutdownNow();
            try {
                open.awaitTermination(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            channel = null;
            out = null;
        }
    }

    @Override
    public void close() {
        disconnect();
    }

    static TaskResult succeeded(String snapshotId) {
        return TaskResult.newBuilder()
                .setOutcome(TaskResult.Outcome.SUCCEEDED)
                .setSnapshotId(snapshotId)
                .setDurability("durable")
                .build();
    }
}
