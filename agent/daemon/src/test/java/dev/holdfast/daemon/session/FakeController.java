package dev.holdfast.daemon.session;

import dev.holdfast.daemon.enrollment.ControllerAddress;
import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.AgentLinkGrpc;
import dev.holdfast.proto.v1.ControllerFrame;
import dev.holdfast.proto.v1.Welcome;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// The controller's end of the stream, played by a test.
final class FakeController extends AgentLinkGrpc.AgentLinkImplBase
        implements Connector, AutoCloseable {
    private final String name = InProcessServerBuilder.generateName();
    private final BlockingQueue<Link> links = new LinkedBlockingQueue<>();
    private final Server server;

    FakeController() throws IOException {
        server = InProcessServerBuilder.forName(name).addService(this).build().start();
    }

    /// One stream of an agent.
    static final class Link implements StreamObserver<AgentFrame> {
        private final BlockingQueue<AgentFrame> received = new LinkedBlockingQueue<>();
        private final StreamObserver<ControllerFrame> out;

        Link(StreamObserver<ControllerFrame> out) {
            this.out = out;
        }

        void send(ControllerFrame.Builder frame) {
            out.onNext(frame.build());
        }

        void welcome() {
            send(
                    ControllerFrame.newBuilder()
                            .setWelcome(Welcome.newBuilder().setAgentName("agent")));
        }

        /// Frames up to and with the first that fits.
        List<AgentFrame> until(Predicate<AgentFrame> last) throws InterruptedException {
            List<AgentFrame> frames = new ArrayList<>();
            while (true) {
                AgentFrame frame = received.poll(20, TimeUnit.SECONDS);
                if (frame == null) throw new AssertionError("no such frame among " + frames);
                frames.add(frame);
                if (last.test(frame)) return frames;
            }
        }

        AgentFrame next(Predicate<AgentFrame> wanted) throws InterruptedException {
            return until(wanted).getLast();
        }

        void breakOff() {
            out.onError(Status.UNAVAILABLE.asRuntimeException());
        }

        @Override
        public void onNext(AgentFrame frame) {
            received.add(frame);
        }

        @Override
        public void onError(Throwable thrown) {
            // the agent left
        }

        @Override
        public void onCompleted() {
            out.onCompleted();
        }
    }

    @Override
    public StreamObserver<AgentFrame> connect(StreamObserver<ControllerFrame> out) {
        Link link = new Link(out);
        links.add(link);
        return link;
    }

    /// The next stream that an agent opens.
    Link accept() throws InterruptedException {
        Link link = links.poll(20, TimeUnit.SECONDS);
        if (link == null) throw new AssertionError("no agent has connected");
        return link;
    }

    @Override
    public ManagedChannel open() {
        return InProcessChannelBuilder.forName(name).build();
    }

    @Override
    public ControllerAddress address() {
        return new ControllerAddress("controller.example", 7443);
    }

    @Override
    public void worked() {}

    @Override
    public void failed(Throwable why) {}

    @Override
    public boolean maintain(ManagedChannel channel) {
        return false;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
