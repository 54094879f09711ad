package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.GetInfoRequest;
import dev.holdfast.proto.v1.SystemGrpc;
import dev.holdfast.proto.v1.SystemInfo;
import dev.holdfast.server.fleet.Links;

import io.grpc.stub.StreamObserver;

import java.time.InstantSource;

/// The controller itself, for operators.
final class SystemService extends SystemGrpc.SystemImplBase {
    private final SystemInfo fixed;
    private final Links links;
    private final InstantSource clock;

    SystemService(SystemInfo fixed, Links links, InstantSource clock) {
        this.fixed = fixed;
        this.links = links;
        this.clock = clock;
    }

    @Override
    public void getInfo(GetInfoRequest request, StreamObserver<SystemInfo> out) {
        Calls.unary(
                "System/GetInfo",
                out,
                () ->
                        fixed.toBuilder()
                                .setNow(Views.timestamp(clock.instant()))
                                .setAgentsConnected(links.connected().size())
                                .build());
    }
}
