package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.BackupSpec;
import dev.holdfast.proto.v1.CancelRunRequest;
import dev.holdfast.proto.v1.GetRunRequest;
import dev.holdfast.proto.v1.InitSpec;
import dev.holdfast.proto.v1.ListRunsReply;
import dev.holdfast.proto.v1.ListRunsRequest;
import dev.holdfast.proto.v1.RestoreSpec;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.StartBackupRequest;
import dev.holdfast.proto.v1.StartInitRequest;
import dev.holdfast.proto.v1.StartRestoreRequest;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.fleet.Agent;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.id.IdSource;
import dev.holdfast.server.run.RestoreSource;
import dev.holdfast.server.run.RunKind;
import dev.holdfast.server.run.RunRequest;
import dev.holdfast.server.run.Runs;
import dev.holdfast.server.storage.StorageDefinition;
import dev.holdfast.server.storage.Storages;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.List;

/// Runs, for operators: turns requests into orders.
final class RunsService extends RunsGrpc.RunsImplBase {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 1000;
    // an order and a reply must fit into one message of gRPC (4 MiB)
    private static final int LARGEST_ORDER = 1 << 20;
    private static final int LARGEST_REPLY = 3 << 20;

    private final Runs runs;
    private final RestoreSource sources;
    private final Fleet fleet;
    private final Storages storages;
    private final IdSource ids;
    private final long epoch;

    RunsService(
            Runs runs,
            RestoreSource sources,
            Fleet fleet,
            Storages storages,
            IdSource ids,
            long epoch) {
        this.runs = runs;
        this.sources = sources;
        this.fleet = fleet;
        this.storages = storages;
        this.ids = ids;
        this.epoch = epoch;
    }

    @Override
    public void startBackup(StartBackupRequest request, StreamObserver<Run> out) {
        Calls.unary("Runs/StartBackup", out, () -> Views.run(runs.create(backup(request))));
    }

    private RunRequest backup(StartBackupRequest request) throws RequestException {
        Agent agent = fleet.getActive(request.getAgent());
        StorageDefinition storage = storageFor(request.getStorage(), agent);
        if (request.getPathsCount() == 0) {
            throw RequestException.invalid("paths", "at least one path is needed");
        }
        Checks.absolutePaths("paths", request.getPathsList());
        Checks.texts("excludes", request.getExcludesList(), 4096);
        Checks.texts("tags", request.getTagsList(), 200);
        TaskOrder.Builder order = order(request.getRunId());
        order.setBackup(
                BackupSpec.newBuilder()
                        .setStorage(Views.spec(storage))
                        .addAllPaths(request.getPathsList())
                        .addAllExcludes(request.getExcludesList())
                        .addAllTags(request.getTagsList())
                        // two hosts may have one host name; the agent's name is its own
                        .setHost(agent.name()));
        return request(order, agent, storage, RunKind.BACKUP, request.getPathsList());
    }

    @Override
    public void startRestore(StartRestoreRequest request, StreamObserver<Run> out) {
        Calls.unary("Runs/StartRestore", out, () -> Views.run(runs.create(restore(request))));
    }

    private RunRequest restore(StartRestoreRequest request) throws RequestException {
        Checks.snapshot(request.getSnapshot());
        if (request.getTargetAgent().isEmpty()) {
            throw RequestException.invalid("target_agent", "is missing");
        }
        Agent target = fleet.getActive(request.getTargetAgent());
        Checks.absolutePath("target", request.getTarget());
        if (!request.getPath().isEmpty()) {
            Checks.absolutePath("path", request.getPath());
        }
        boolean latest = request.getSnapshot().equals(RestoreSource.LATEST);
        if (latest && request.getSourceAgent().isEmpty()) {
            throw RequestException.invalid("source_agent", "is needed with \"latest\"");
        }
        var spec = RestoreSpec.newBuilder();
        String storageName = request.getStorage();
        if (!request.getSourceAgent().isEmpty()) {
            // a revoked agent's backups can still be restored
            Agent source = fleet.get(request.getSourceAgent());
            if (latest) {
                spec.setHost(source.name());
            }
            if (latest && storageName.isEmpty()) {
                storageName =
                        sources.storageOfLatest(source.id(), source.name(), request.getPath());
            }
        }
        if (storageName.isEmpty()) {
            storageName = sources.storageOf(request.getSnapshot());
        }
        StorageDefinition storage = storageFor(storageName, target);
        TaskOrder.Builder order = order(request.getRunId());
        order.setRestore(
                spec.setStorage(Views.spec(storage))
                        .setSnapshot(request.getSnapshot())
                        .setPath(request.getPath())
                        .setTarget(request.getTarget())
                        .setVerify(request.getVerify())
                        .setOverwrite(request.getOverwrite()));
        return request(order, target, storage, RunKind.RESTORE, List.of());
    }

    @Override
    public void startInit(StartInitRequest request, StreamObserver<Run> out) {
        Calls.unary(
                "Runs/StartInit",
                out,
                () -> {
                    Agent agent = fleet.getActive(request.getAgent());
                    StorageDefinition storage = storageFor(request.getStorage(), agent);
                    TaskOrder.Builder order = order(request.getRunId());
                    order.setInit(InitSpec.newBuilder().setStorage(Views.spec(storage)));
                    return Views.run(
                            runs.create(request(order, agent, storage, RunKind.INIT, List.of())));
                });
    }

    private TaskOrder.Builder order(String runId) throws RequestException {
        Checks.runId(runId);
        return TaskOrder.newBuilder()
                .setTaskId(runId.isEmpty() ? ids.next() : runId)
                .setAttempt(1)
                .setEpoch(epoch);
    }

    private StorageDefinition storageFor(String name, Agent agent) throws RequestException {
        StorageDefinition storage = storages.get(name);
        if (!storage.sealedFor().isEmpty() && !storage.sealedFor().equals(agent.id())) {
            throw RequestException.of(
                    FailureCode.SECRET_UNAVAILABLE,
                    "the password of storage "
                            + storage.name()
                            + " is not sealed to agent "
                            + agent.name(),
                    "make a storage of the same location with the password sealed to that agent");
        }
        return storage;
    }

    private static RunRequest request(
            TaskOrder.Builder order,
            Agent agent,
            StorageDefinition storage,
            RunKind kind,
            List<String> paths)
            throws RequestException {
        if (order.build().getSerializedSize() > LARGEST_ORDER) {
            throw RequestException.invalid(
                    kind == RunKind.BACKUP ? "paths" : "request",
                    "with all lists the order is larger than " + LARGEST_ORDER + " bytes");
        }
        return new RunRequest(
                order.getTaskId(),
                agent.id(),
                agent.name(),
                storage.id(),
                storage.name(),
                kind,
                paths,
                order.build().toByteArray());
    }

    @Override
    public void listRuns(ListRunsRequest request, StreamObserver<ListRunsReply> out) {
        Calls.unary(
                "Runs/ListRuns",
                out,
                () -> {
                    String agentId =
                            request.getAgent().isEmpty() ? "" : fleet.get(request.getAgent()).id();
                    if (Integer.toUnsignedLong(request.getLimit()) > MOST) {
                        throw RequestException.invalid("limit", "is more than " + MOST);
                    }
                    int limit = request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit();
                    var reply = ListRunsReply.newBuilder();
                    long size = 0;
                    for (var run : runs.list(agentId, limit)) {
                        Run view = Views.listed(run);
                        size += view.getSerializedSize();
                        if (size > LARGEST_REPLY) {
                            throw RequestException.invalid(
                                    "limit",
                                    "the newest "
                                            + reply.getRunsCount()
                                            + " runs already fill one reply");
                        }
                        reply.addRuns(view);
                    }
                    return reply.build();
                });
    }

    @Override
    public void getRun(GetRunRequest request, StreamObserver<Run> out) {
        Calls.unary("Runs/GetRun", out, () -> Views.run(runs.get(request.getRun())));
    }

    @Override
    public void watchRun(GetRunRequest request, StreamObserver<Run> out) {
        try {
            String runId = runs.get(request.getRun()).id();
            WatchCall.start(runs, runId, (ServerCallStreamObserver<Run>) out);
        } catch (RequestException e) {
            out.onError(Failures.toGrpc(e));
        } catch (RuntimeException e) {
            out.onError(Failures.internal("Runs/WatchRun", e));
        }
    }

    @Override
    public void cancelRun(CancelRunRequest request, StreamObserver<Run> out) {
        Calls.unary(
                "Runs/CancelRun",
                out,
                () -> Views.run(runs.cancel(request.getRun(), Caller.operator())));
    }
}
