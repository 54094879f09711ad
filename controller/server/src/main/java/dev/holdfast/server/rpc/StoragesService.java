package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.CreateStorageRequest;
import dev.holdfast.proto.v1.DeleteStorageReply;
import dev.holdfast.proto.v1.DeleteStorageRequest;
import dev.holdfast.proto.v1.GetStorageRequest;
import dev.holdfast.proto.v1.ListStoragesReply;
import dev.holdfast.proto.v1.ListStoragesRequest;
import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.Storage;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.StoragesGrpc;
import dev.holdfast.proto.v1.TestStep;
import dev.holdfast.proto.v1.TestStorageQuery;
import dev.holdfast.proto.v1.TestStorageRequest;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.id.IdSource;
import dev.holdfast.server.run.Runs;
import dev.holdfast.server.storage.StorageDefinition;
import dev.holdfast.server.storage.Storages;

import io.grpc.stub.StreamObserver;

import java.time.InstantSource;
import java.util.Optional;

/// Storages, for operators; the connection test runs on an agent.
final class StoragesService extends StoragesGrpc.StoragesImplBase {
    private final Storages storages;
    private final Fleet fleet;
    private final Runs runs;
    private final AgentChoice choice;
    private final Queries queries;
    private final IdSource ids;
    private final InstantSource clock;

    StoragesService(
            Storages storages,
            Fleet fleet,
            Runs runs,
            AgentChoice choice,
            Queries queries,
            IdSource ids,
            InstantSource clock) {
        this.storages = storages;
        this.fleet = fleet;
        this.runs = runs;
        this.choice = choice;
        this.queries = queries;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public void createStorage(CreateStorageRequest request, StreamObserver<Storage> out) {
        Calls.unary(
                "Storages/CreateStorage",
                out,
                () -> Views.storage(storages.create(definition(request))));
    }

    private StorageDefinition definition(CreateStorageRequest request) throws RequestException {
        StorageSpec spec = request.getSpec();
        Checks.text("spec.location", spec.getLocation(), 4096);
        Checks.texts("spec.ssh_options", spec.getSshOptionsList(), 1000);
        Checks.texts("spec.host_keys", spec.getHostKeysList(), 100);
        Checks.text("description", request.getDescription(), 1000);
        byte[] sealed = new byte[0];
        String sealedFor = "";
        if (spec.hasSealedPassword()) {
            var secret = spec.getSealedPassword();
            if (secret.getCiphertext().isEmpty() || secret.getCiphertext().size() > 65_536) {
                throw RequestException.invalid(
                        "spec.sealed_password.ciphertext", "1 to 65536 bytes are needed");
            }
            if (secret.getAgentId().isEmpty()) {
                throw RequestException.invalid("spec.sealed_password.agent_id", "is missing");
            }
            sealedFor = fleet.getActive(secret.getAgentId()).id();
            sealed = secret.toByteArray();
        }
        return new StorageDefinition(
                ids.next(),
                spec.getName(),
                spec.getLocation(),
                spec.getPasswordFile(),
                sealed,
                sealedFor,
                spec.getSshConfigFile(),
                spec.getSshOptionsList(),
                spec.getHostKeysList(),
                request.getDescription(),
                clock.instant());
    }

    @Override
    public void listStorages(ListStoragesRequest request, StreamObserver<ListStoragesReply> out) {
        Calls.unary(
                "Storages/ListStorages",
                out,
                () -> {
                    var reply = ListStoragesReply.newBuilder();
                    storages.list().forEach(storage -> reply.addStorages(Views.storage(storage)));
                    return reply.build();
                });
    }

    @Override
    public void getStorage(GetStorageRequest request, StreamObserver<Storage> out) {
        Calls.unary(
                "Storages/GetStorage",
                out,
                () -> Views.storage(storages.get(request.getStorage())));
    }

    @Override
    public void deleteStorage(
            DeleteStorageRequest request, StreamObserver<DeleteStorageReply> out) {
        Calls.unary(
                "Storages/DeleteStorage",
                out,
                () -> {
                    StorageDefinition storage = storages.get(request.getStorage());
                    if (runs.isStorageBusy(storage.id())) {
                        throw RequestException.of(
                                FailureCode.CONFLICT,
                                "storage " + storage.name() + " has runs that have not ended",
                                "wait for them or cancel them: holdfast run list");
                    }
                    storages.delete(storage);
                    return DeleteStorageReply.getDefaultInstance();
                });
    }

    @Override
    public void testStorage(TestStorageRequest request, StreamObserver<TestStep> out) {
        queries.answer(
                "Storages/TestStorage",
                out,
                () -> {
                    StorageDefinition storage = storages.get(request.getStorage());
                    var test = TestStorageQuery.newBuilder().setStorage(Views.spec(storage));
                    return new Queries.Plan(
                            choice.named(request.getAgent(), storage),
                            Query.newBuilder().setTest(test));
                },
                reply -> reply.hasStep() ? Optional.of(reply.getStep()) : Optional.empty());
    }
}
