package dev.holdfast.cli.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;

import dev.holdfast.proto.v1.Agent;
import dev.holdfast.proto.v1.AgentsGrpc;
import dev.holdfast.proto.v1.CancelRunRequest;
import dev.holdfast.proto.v1.CreateStorageRequest;
import dev.holdfast.proto.v1.CreateTokenRequest;
import dev.holdfast.proto.v1.EnrollmentToken;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetAgentRequest;
import dev.holdfast.proto.v1.GetRunRequest;
import dev.holdfast.proto.v1.ListAgentsReply;
import dev.holdfast.proto.v1.ListAgentsRequest;
import dev.holdfast.proto.v1.ListRunsReply;
import dev.holdfast.proto.v1.ListRunsRequest;
import dev.holdfast.proto.v1.ListSnapshotsRequest;
import dev.holdfast.proto.v1.ListTreeRequest;
import dev.holdfast.proto.v1.Node;
import dev.holdfast.proto.v1.NodePage;
import dev.holdfast.proto.v1.RevokeTokenReply;
import dev.holdfast.proto.v1.RevokeTokenRequest;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.Snapshot;
import dev.holdfast.proto.v1.SnapshotPage;
import dev.holdfast.proto.v1.SnapshotsGrpc;
import dev.holdfast.proto.v1.StartBackupRequest;
import dev.holdfast.proto.v1.StartInitRequest;
import dev.holdfast.proto.v1.StartRestoreRequest;
import dev.holdfast.proto.v1.Storage;
import dev.holdfast.proto.v1.StoragesGrpc;
import dev.holdfast.proto.v1.TestStep;
import dev.holdfast.proto.v1.TestStorageRequest;
import dev.holdfast.proto.v1.TokensGrpc;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The operator services with answers that a test lays out; it remembers the requests.
final class FakeController {
    static final String CA = "SHA256:" + "B".repeat(43);

    final List<Object> requests = new CopyOnWriteArrayList<>();
    final List<Agent> agents = new ArrayList<>();
    final List<TestStep> steps = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();

    /// Each watch of a run plays one of these; the last state of the last one stays.
    final Deque<List<Run>> watches = new ArrayDeque<>();

    Run run =
            Run.newBuilder()
                    .setId("0197c2aa-0000-7000-8000-000000000001")
                    .setAgentName("web01")
                    .setStorageName("nas")
                    .setKind(Run.Kind.BACKUP)
                    .setState(Run.State.QUEUED)
                    .setReason("waits for its agent")
                    .setCreatedAt(Timestamp.newBuilder().setSeconds(1_700_000_000))
                    .build();

    List<BindableService> services() {
        return List.of(new Tokens(), new Agents(), new Storages(), new Runs(), new Snapshots());
    }

    /// A failure as the controller sends it.
    static StatusRuntimeException failure(Failure failure) {
        Metadata trailers = new Metadata();
        trailers.put(
                Metadata.Key.of("holdfast-failure-bin", Metadata.BINARY_BYTE_MARSHALLER),
                failure.toByteArray());
        return Status.FAILED_PRECONDITION.asRuntimeException(trailers);
    }

    private <R> void answer(Object request, StreamObserver<R> to, R answer) {
        requests.add(request);
        to.onNext(answer);
        to.onCompleted();
    }

    private final class Tokens extends TokensGrpc.TokensImplBase {
        @Override
        public void createToken(CreateTokenRequest request, StreamObserver<EnrollmentToken> to) {
            answer(
                    request,
                    to,
                    EnrollmentToken.newBuilder()
                            .setId(request.getId())
                            .setUses(request.getUses())
                            .putAllLabels(request.getLabelsMap())
                            .setExpiresAt(Timestamp.newBuilder().setSeconds(1_700_003_600))
                            .setCaFingerprint(CA)
                            .build());
        }

        @Override
        public void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenReply> to) {
            requests.add(request);
            to.onError(
                    failure(
                            Failure.newBuilder()
                                    .setCode(Failure.Code.NOT_FOUND)
                                    .setMessage("no token \"" + request.getId() + "\"")
                                    .setHint("holdfast token list")
                                    .build()));
        }
    }

    private final class Agents extends AgentsGrpc.AgentsImplBase {
        @Override
        public void listAgents(ListAgentsRequest request, StreamObserver<ListAgentsReply> to) {
            answer(request, to, ListAgentsReply.newBuilder().addAllAgents(agents).build());
        }

        @Override
        public void getAgent(GetAgentRequest request, StreamObserver<Agent> to) {
            answer(request, to, agents.getFirst());
        }
    }

    private final class Storages extends StoragesGrpc.StoragesImplBase {
        @Override
        public void createStorage(CreateStorageRequest request, StreamObserver<Storage> to) {
            answer(request, to, Storage.newBuilder().setSpec(request.getSpec()).build());
        }

        @Override
        public void testStorage(TestStorageRequest request, StreamObserver<TestStep> to) {
            requests.add(request);
            steps.forEach(to::onNext);
            to.onCompleted();
        }
    }

    private final class Runs extends RunsGrpc.RunsImplBase {
        @Override
        public void startBackup(StartBackupRequest request, StreamObserver<Run> to) {
            answer(request, to, run);
        }

        @Override
        public void startRestore(StartRestoreRequest request, StreamObserver<Run> to) {
            answer(request, to, run);
        }

        @Override
        public void startInit(StartInitRequest request, StreamObserver<Run> to) {
            answer(request, to, run);
        }

        @Override
        public void listRuns(ListRunsRequest request, StreamObserver<ListRunsReply> to) {
            answer(request, to, ListRunsReply.newBuilder().addRuns(run).build());
        }

        @Override
        public void getRun(GetRunRequest request, StreamObserver<Run> to) {
            answer(request, to, run);
        }

        @Override
        public void cancelRun(CancelRunRequest request, StreamObserver<Run> to) {
            run = run.toBuilder().setCancelRequested(true).build();
            answer(request, to, run);
        }

        /// An empty list is a connection that breaks.
        @Override
        public void watchRun(GetRunRequest request, StreamObserver<Run> to) {
            requests.add(request);
            List<Run> states = watches.size() > 1 ? watches.removeFirst() : watches.getFirst();
            if (states.isEmpty()) {
                to.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            states.forEach(to::onNext);
            to.onCompleted();
        }
    }

    private final class Snapshots extends SnapshotsGrpc.SnapshotsImplBase {
        @Override
        public void listSnapshots(ListSnapshotsRequest request, StreamObserver<SnapshotPage> to) {
            requests.add(request);
            snapshots.forEach(s -> to.onNext(SnapshotPage.newBuilder().addSnapshots(s).build()));
            to.onCompleted();
        }

        @Override
        public void listTree(ListTreeRequest request, StreamObserver<NodePage> to) {
            answer(
                    request,
                    to,
                    NodePage.newBuilder().setSnapshotId("ab").addAllNodes(nodes).build());
        }
    }

    /// A node whose name carries an escape sequence.
    static Node hostileNode() {
        return Node.newBuilder()
                .setPath(ByteString.copyFromUtf8("/etc/\u001b[31mred"))
                .setType("file")
                .setMode(04755)
                .setUser("root")
                .setGid(7)
                .setSize(12)
                .setModified(Timestamp.newBuilder().setSeconds(1_700_000_000))
                .build();
    }
}
