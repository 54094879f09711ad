package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.AgentLinkGrpc;
import dev.holdfast.proto.v1.ControllerFrame;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.run.Runs;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.time.InstantSource;

/// Opens a session for each stream that passed the gate.
final class AgentLinkService extends AgentLinkGrpc.AgentLinkImplBase {
    private final Parts parts;

    AgentLinkService(Parts parts) {
        this.parts = parts;
    }

    /// What every session works with.
    record Parts(
            Sessions sessions,
            Fleet fleet,
            Runs runs,
            long epoch,
            int heartbeatSeconds,
            InstantSource clock) {}

    @Override
    public StreamObserver<AgentFrame> connect(StreamObserver<ControllerFrame> replies) {
        var out = (ServerCallStreamObserver<ControllerFrame>) replies;
        var session = new Session(Caller.agentId(), Caller.address(), out, parts);
        // one frame at a time: the next is asked for when this one is stored
        out.disableAutoRequest();
        out.setOnCancelHandler(session::ended);
        out.setOnCloseHandler(session::ended);
        out.request(1);
        return session;
    }
}
