package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.ListSnapshotsQuery;
import dev.holdfast.proto.v1.ListSnapshotsRequest;
import dev.holdfast.proto.v1.ListTreeQuery;
import dev.holdfast.proto.v1.ListTreeRequest;
import dev.holdfast.proto.v1.NodePage;
import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.SnapshotPage;
import dev.holdfast.proto.v1.SnapshotsGrpc;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.run.RestoreSource;
import dev.holdfast.server.storage.StorageDefinition;
import dev.holdfast.server.storage.Storages;

import io.grpc.stub.StreamObserver;

import java.util.Optional;

/// What is in the repositories, read through an agent at the moment of asking.
final class SnapshotsService extends SnapshotsGrpc.SnapshotsImplBase {
    private final Storages storages;
    private final RestoreSource sources;
    private final AgentChoice choice;
    private final Queries queries;

    SnapshotsService(
            Storages storages, RestoreSource sources, AgentChoice choice, Queries queries) {
        this.storages = storages;
        this.sources = sources;
        this.choice = choice;
        this.queries = queries;
    }

    @Override
    public void listSnapshots(ListSnapshotsRequest request, StreamObserver<SnapshotPage> out) {
        queries.answer(
                "Snapshots/ListSnapshots",
                out,
                () -> {
                    StorageDefinition storage = storages.get(request.getStorage());
                    Checks.text("host", request.getHost(), 253);
                    Checks.texts("tags", request.getTagsList(), 200);
                    Checks.texts("paths", request.getPathsList(), 4096);
                    var list =
                            ListSnapshotsQuery.newBuilder()
                                    .setStorage(Views.spec(storage))
                                    .setHost(request.getHost())
                                    .addAllTags(request.getTagsList())
                                    .addAllPaths(request.getPathsList());
                    return new Queries.Plan(
                            choice.lastUser(request.getAgent(), storage),
                            Query.newBuilder().setSnapshots(list));
                },
                reply ->
                        reply.hasSnapshots()
                                ? Optional.of(reply.getSnapshots())
                                : Optional.empty());
    }

    @Override
    public void listTree(ListTreeRequest request, StreamObserver<NodePage> out) {
        queries.answer(
                "Snapshots/ListTree",
                out,
                () -> {
                    Checks.snapshot(request.getSnapshot());
                    StorageDefinition storage = storages.get(storageOf(request));
                    if (!request.getPath().isEmpty()) {
                        Checks.absolutePath("path", request.getPath());
                    }
                    var tree =
                            ListTreeQuery.newBuilder()
                                    .setStorage(Views.spec(storage))
                                    .setSnapshot(request.getSnapshot())
                                    .setPath(request.getPath())
                                    .setRecursive(request.getRecursive());
                    return new Queries.Plan(
                            choice.lastUser(request.getAgent(), storage),
                            Query.newBuilder().setTree(tree));
                },
                reply -> reply.hasNodes() ? Optional.of(reply.getNodes()) : Optional.empty());
    }

    private String storageOf(ListTreeRequest request) throws RequestException {
        if (!request.getStorage().isEmpty()) {
            return request.getStorage();
        }
        if (request.getSnapshot().equals(RestoreSource.LATEST)) {
            throw RequestException.invalid("storage", "is needed with \"latest\"");
        }
        return sources.storageOf(request.getSnapshot());
    }
}
