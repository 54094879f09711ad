package dev.holdfast.daemon.task;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.daemon.failure.Failures;
import dev.holdfast.daemon.policy.Policy;
import dev.holdfast.daemon.state.ProtoTime;
import dev.holdfast.daemon.storage.Location;
import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.snapshot.FileMode;
import dev.holdfast.engine.snapshot.Snapshot;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.engine.snapshot.SnapshotSummary;
import dev.holdfast.engine.snapshot.Snapshots;
import dev.holdfast.engine.snapshot.TreeLoader;
import dev.holdfast.engine.snapshot.TreeWalk;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.ListSnapshotsQuery;
import dev.holdfast.proto.v1.ListTreeQuery;
import dev.holdfast.proto.v1.Node;
import dev.holdfast.proto.v1.NodePage;
import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.QueryReply;
import dev.holdfast.proto.v1.SnapshotPage;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.TestStep;
import dev.holdfast.sftp.ConnectionTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Answers listings and connection tests. Reads take no lock: what is there now is what is shown.
public final class StorageQueries implements QueryRunner.Answers {
    /// Nodes or snapshots in one reply.
    private static final int PAGE = 500;

    private final Policy policy;
    private final StorageGate storages;
    private final RepositoryOpener opener;

    public StorageQueries(Policy policy, StorageGate storages, RepositoryOpener opener) {
        this.policy = policy;
        this.storages = storages;
        this.opener = opener;
    }

    @Override
    public void answer(Query query, QueryRunner.Replies replies)
            throws IOException, InterruptedException {
        switch (query.getBodyCase()) {
            case SNAPSHOTS -> snapshots(query.getSnapshots(), replies);
            case TREE -> tree(query.getTree(), replies);
            case TEST -> test(query.getTest().getStorage(), replies);
            case CANCEL, BODY_NOT_SET ->
                    throw new FailureException(
                            Failure.Code.INVALID_ARGUMENT,
                            "a query of a kind that this agent does not know",
                            "upgrade the agent");
        }
    }

    private void snapshots(ListSnapshotsQuery query, QueryRunner.Replies replies)
            throws IOException, InterruptedException {
        policy.checkBrowse();
        StorageAccess access = storages.check(query.getStorage());
        SnapshotFilter filter =
                new SnapshotFilter(
                        query.getHost().isEmpty() ? List.of() : List.of(query.getHost()),
                        query.getTagsList().stream().map(List::of).toList(),
                        query.getPathsList());
        try (Secret password = storages.password(query.getStorage());
                Repository repository = opener.open(access, password)) {
            SnapshotPage.Builder page = SnapshotPage.newBuilder();
            for (SnapshotFile file : new Snapshots(repository).all()) {
                if (!filter.matches(file.snapshot())) continue;
                page.addSnapshots(wire(file));
                if (page.getSnapshotsCount() == PAGE) {
                    replies.add(QueryReply.newBuilder().setSnapshots(page));
                    page = SnapshotPage.newBuilder();
                }
            }
            replies.add(QueryReply.newBuilder().setSnapshots(page));
        }
    }

    private static dev.holdfast.proto.v1.Snapshot wire(SnapshotFile file) {
        Snapshot snapshot = file.snapshot();
        dev.holdfast.proto.v1.Snapshot.Builder wire =
                dev.holdfast.proto.v1.Snapshot.newBuilder()
                        .setId(file.id().toString())
                        .setTime(ProtoTime.of(snapshot.time().instant()))
                        .setHost(snapshot.hostname())
                        .addAllPaths(snapshot.paths())
                        .addAllTags(snapshot.tags())
                        .setTree(snapshot.tree().toString())
                        .setProgramVersion(snapshot.programVersion())
                        .setUser(snapshot.username());
        snapshot.parent().ifPresent(parent -> wire.setParent(parent.toString()));
        if (snapshot.summary().isPresent()) {
            SnapshotSummary summary = snapshot.summary().get();
            wire.setFiles(summary.totalFilesProcessed()).setBytes(summary.totalBytesProcessed());
        }
        return wire.build();
    }

    private void tree(ListTreeQuery query, QueryRunner.Replies replies)
            throws IOException, InterruptedException {
        policy.checkBrowse();
        StorageAccess access = storages.check(query.getStorage());
        try (Secret password = storages.password(query.getStorage());
                Repository repository = opener.open(access, password)) {
            SnapshotFile snapshot =
                    new Snapshots(repository).find(query.getSnapshot(), SnapshotFilter.ALL);
            Pages pages = new Pages(snapshot.id().toString(), replies);
            new TreeWalk(new TreeLoader(repository.index()))
                    .walk(
                            snapshot.snapshot().tree(),
                            query.getPath().getBytes(StandardCharsets.UTF_8),
                            (path, node) -> {
                                pages.add(wire(path, node));
                                return query.getRecursive();
                            });
            pages.flush();
        }
    }

    private static Node wire(byte[] path, dev.holdfast.engine.snapshot.Node node) {
        return Node.newBuilder()
                .setPath(ByteString.copyFrom(path))
                .setType(node.type().label())
                .setMode(FileMode.toUnixPermissions(node.mode()))
                .setUid((int) node.uid())
                .setGid((int) node.gid())
                .setUser(node.user())
                .setGroup(node.group())
                .setSize(node.size())
                .setModified(ProtoTime.of(node.mtime().instant()))
                .setLinkTarget(ByteString.copyFrom(node.linkTarget()))
                .build();
    }

    /// Every stage of the way to the server, then the repository itself.
    private void test(StorageSpec spec, QueryRunner.Replies replies)
            throws IOException, InterruptedException {
        StorageAccess access = storages.check(spec);
        boolean reachable = true;
        if (access.location() instanceof Location.Remote remote) {
            StepFeed feed = new StepFeed(replies);
            reachable =
                    ConnectionTest.run(remote.sftp(), opener.sshOptions(access), feed).stream()
                            .noneMatch(
                                    step ->
                                            step.result()
                                                    == dev.holdfast.sftp.TestStep.Result.FAILED);
            feed.rethrow();
        }
        replies.add(QueryReply.newBuilder().setStep(repositoryStep(spec, access, reachable)));
    }

    private TestStep repositoryStep(StorageSpec spec, StorageAccess access, boolean reachable)
            throws InterruptedException {
        TestStep.Builder step = TestStep.newBuilder().setName("repository");
        if (!reachable) return step.setResult(TestStep.Result.SKIPPED).build();
        long start = System.nanoTime();
        try (Secret password = storages.password(spec);
                Repository repository = opener.open(access, password)) {
            step.setResult(TestStep.Result.OK)
                    .setFinding(
                            "repository "
                                    + repository.config().id().substring(0, 8)
                                    + ", format version "
                                    + repository.config().version()
                                    + ", "
                                    + repository.snapshotIds().size()
                                    + " snapshots");
        } catch (IOException e) {
            FailureReport failure = Failures.of(e);
            boolean missing = failure.code() == Failure.Code.REPOSITORY_MISSING;
            step.setResult(missing ? TestStep.Result.WARNING : TestStep.Result.FAILED)
                    .setFinding(missing ? "no repository there yet" : "")
                    .setFailure(failure.toProto());
        }
        return step.setTook(duration(java.time.Duration.ofNanos(System.nanoTime() - start)))
                .build();
    }

    private static Duration duration(java.time.Duration took) {
        return Duration.newBuilder()
                .setSeconds(took.toSeconds())
                .setNanos(took.toNanosPart())
                .build();
    }

    /// Gathers nodes into replies.
    private static final class Pages {
        private final QueryRunner.Replies replies;
        private NodePage.Builder page = NodePage.newBuilder();
        private boolean sent;

        Pages(String snapshotId, QueryRunner.Replies replies) {
            this.replies = replies;
            page.setSnapshotId(snapshotId);
        }

        void add(Node node) throws InterruptedException {
            page.addNodes(node);
            if (page.getNodesCount() == PAGE) flush();
        }

        void flush() throws InterruptedException {
            if (sent && page.getNodesCount() == 0) return;
            replies.add(QueryReply.newBuilder().setNodes(page));
            sent = true;
            page = NodePage.newBuilder();
        }
    }

    /// Sends each step of a connection test as it ends.
    private static final class StepFeed
            implements java.util.function.Consumer<dev.holdfast.sftp.TestStep> {
        private final QueryRunner.Replies replies;
        private Optional<InterruptedException> interrupted = Optional.empty();

        StepFeed(QueryRunner.Replies replies) {
            this.replies = replies;
        }

        @Override
        public void accept(dev.holdfast.sftp.TestStep step) {
            TestStep.Builder wire =
                    TestStep.newBuilder()
                            .setName(step.stage().toString())
                            .setResult(wire(step.result()))
                            .setTook(duration(step.took()))
                            .setFinding(step.finding());
            step.failure().ifPresent(failure -> wire.setFailure(Failures.of(failure).toProto()));
            try {
                replies.add(QueryReply.newBuilder().setStep(wire));
            } catch (InterruptedException e) {
                interrupted = Optional.of(e);
                Thread.currentThread().interrupt();
            }
        }

        void rethrow() throws InterruptedException {
            if (interrupted.isPresent()) throw interrupted.get();
        }

        private static TestStep.Result wire(dev.holdfast.sftp.TestStep.Result result) {
            return switch (result) {
                case OK -> TestStep.Result.OK;
                case WARNING -> TestStep.Result.WARNING;
                case FAILED -> TestStep.Result.FAILED;
                case SKIPPED -> TestStep.Result.SKIPPED;
            };
        }
    }
}
