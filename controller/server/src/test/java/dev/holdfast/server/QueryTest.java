package dev.holdfast.server;

import static dev.holdfast.server.Refusals.refused;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.v1.ControllerFrame.BodyCase;
import dev.holdfast.proto.v1.CreateStorageRequest;
import dev.holdfast.proto.v1.DeleteStorageRequest;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetStorageRequest;
import dev.holdfast.proto.v1.ListSnapshotsRequest;
import dev.holdfast.proto.v1.ListTreeRequest;
import dev.holdfast.proto.v1.Node;
import dev.holdfast.proto.v1.NodePage;
import dev.holdfast.proto.v1.Query;
import dev.holdfast.proto.v1.QueryReply;
import dev.holdfast.proto.v1.Snapshot;
import dev.holdfast.proto.v1.SnapshotPage;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.TestStep;
import dev.holdfast.proto.v1.TestStorageRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What is asked of agents while an operator waits, and the storages that it is asked about.
@SuppressWarnings("NullAway.Init") // set before each test
class QueryTest {
    @TempDir Path dir;
    private TestController controller;
    private FakeAgent agent;

    @BeforeEach
    void start() throws Exception {
        controller = new TestController(dir.resolve("state"));
        agent = controller.enroll("web01");
        controller.storage("nas");
    }

    @AfterEach
    void stop() {
        agent.close();
        controller.close();
    }

    private static <T> CompletableFuture<List<T>> collect(Iterator<T> replies) {
        return CompletableFuture.supplyAsync(
                () -> {
                    var all = new ArrayList<T>();
                    replies.forEachRemaining(all::add);
                    return all;
                });
    }

    private Query query() throws Exception {
        return agent.await(BodyCase.QUERY).getQuery();
    }

    private static TestStorageRequest test() {
        return TestStorageRequest.newBuilder().setStorage("nas").build();
    }

    @Test
    void theConnectionTestStreamsItsSteps() throws Exception {
        agent.connect(controller.port());
        var steps = collect(controller.storages().testStorage(test()));
        Query query = query();
        assertThat(query.getTest().getStorage().getName()).isEqualTo("nas");
        for (String name : List.of("resolve", "connect")) {
            agent.reply(
                    QueryReply.newBuilder()
                            .setQueryId(query.getQueryId())
                            .setStep(
                                    TestStep.newBuilder()
                                            .setName(name)
                                            .setResult(TestStep.Result.OK))
                            .build());
        }
        agent.reply(QueryReply.newBuilder().setQueryId(query.getQueryId()).setLast(true).build());
        assertThat(steps.get(10, TimeUnit.SECONDS))
                .extracting(TestStep::getName)
                .containsExactly("resolve", "connect");
    }

    @Test
    void snapshotsAndTreesComeInPages() throws Exception {
        agent.connect(controller.port());
        var pages =
                collect(
                        controller
                                .snapshots()
                                .listSnapshots(
                                        ListSnapshotsRequest.newBuilder()
                                                .setStorage("nas")
                                                .setHost("web01")
                                                .build()));
        Query query = query();
        assertThat(query.getSnapshots().getHost()).isEqualTo("web01");
        agent.reply(
                QueryReply.newBuilder()
                        .setQueryId(query.getQueryId())
                        .setLast(true)
                        .setSnapshots(
                                SnapshotPage.newBuilder()
                                        .addSnapshots(Snapshot.newBuilder().setHost("web01")))
                        .build());
        assertThat(pages.get(10, TimeUnit.SECONDS)).hasSize(1);

        var tree =
                collect(
                        controller
                                .snapshots()
                                .listTree(
                                        ListTreeRequest.newBuilder()
                                                .setStorage("nas")
                                                .setSnapshot("latest")
                                                .setPath("/srv")
                                                .build()));
        query = query();
        assertThat(query.getTree().getPath()).isEqualTo("/srv");
        agent.reply(
                QueryReply.newBuilder()
                        .setQueryId(query.getQueryId())
                        .setLast(true)
                        .setNodes(NodePage.newBuilder().addNodes(Node.newBuilder().setSize(7)))
                        .build());
        assertThat(tree.get(10, TimeUnit.SECONDS)).hasSize(1);
    }

    @Test
    void theFailureOfTheAgentReachesTheOperator() throws Exception {
        agent.connect(controller.port());
        var steps = controller.storages().testStorage(test());
        var failing =
                CompletableFuture.runAsync(
                        () -> {
                            Failure failure = refused(Failure.Code.WRONG_PASSWORD, steps::hasNext);
                            assertThat(failure.getDetail()).isEqualTo("the whole of it");
                        });
        Query query = query();
        agent.reply(
                QueryReply.newBuilder()
                        .setQueryId(query.getQueryId())
                        .setLast(true)
                        .setFailure(
                                Failure.newBuilder()
                                        .setCode(Failure.Code.WRONG_PASSWORD)
                                        .setMessage("no key opens with this password")
                                        .setHint("check the file")
                                        .setDetail("the whole of it"))
                        .build());
        failing.get(10, TimeUnit.SECONDS);
    }

    @Test
    void withoutAnAgentTheErrorNamesTheChoices() throws Exception {
        refused(
                Failure.Code.AGENT_OFFLINE,
                () -> controller.storages().testStorage(test()).hasNext());
        try (FakeAgent db01 = controller.enroll("db01")) {
            db01.connect(controller.port());
            controller.awaitConnected("db01", true);
            Failure named =
                    refused(
                            Failure.Code.AGENT_OFFLINE,
                            () ->
                                    controller
                                            .storages()
                                            .testStorage(
                                                    test().toBuilder().setAgent("web01").build())
                                            .hasNext());
            assertThat(named.getHint()).contains("db01");
            agent.connect(controller.port());
            controller.awaitConnected("web01", true);
            Failure several =
                    refused(
                            Failure.Code.INVALID_ARGUMENT,
                            () -> controller.storages().testStorage(test()).hasNext());
            assertThat(several.getMessage()).contains("db01, web01");
        }
    }

    @Test
    void aSilentAndALostAgentEndTheQuery() throws Exception {
        agent.connect(controller.port());
        var silent = controller.storages().testStorage(test());
        refused(Failure.Code.TIMEOUT, silent::hasNext);
        String asked = query().getQueryId();
        Query cancel = query();
        assertThat(cancel.getQueryId()).isEqualTo(asked);
        assertThat(cancel.hasCancel()).isTrue();

        var lost = controller.storages().testStorage(test());
        var failing =
                CompletableFuture.runAsync(
                        () -> refused(Failure.Code.AGENT_OFFLINE, lost::hasNext));
        query();
        agent.disconnect();
        failing.get(10, TimeUnit.SECONDS);
    }

    @Test
    void storagesAreUniqueAndDeletedOnlyWhenIdle() throws Exception {
        refused(Failure.Code.CONFLICT, () -> controller.storage("nas"));
        String id = controller.storage("cloud").getSpec().getId();
        var byPrefix = GetStorageRequest.newBuilder().setStorage(id).build();
        assertThat(controller.storages().getStorage(byPrefix).getSpec().getName())
                .isEqualTo("cloud");
        controller.backup("web01", "cloud");
        var delete = DeleteStorageRequest.newBuilder().setStorage("cloud").build();
        refused(Failure.Code.CONFLICT, () -> controller.storages().deleteStorage(delete));
        controller
                .storages()
                .deleteStorage(DeleteStorageRequest.newBuilder().setStorage("nas").build());
        refused(Failure.Code.NOT_FOUND, () -> controller.backup("web01", "nas"));
    }

    @Test
    void aWrongStorageIsRefusedByField() {
        var good =
                StorageSpec.newBuilder()
                        .setName("x")
                        .setLocation("sftp:me@host:backup")
                        .setPasswordFile("/etc/p");
        wrong("spec.name", good.clone().setName("a b"));
        wrong("spec.location", good.clone().setLocation("ftp://host/x"));
        wrong("spec.location", good.clone().setLocation("sftp://host"));
        wrong("spec.location", good.clone().setLocation("sftp://host/"));
        wrong("spec.location", good.clone().setLocation("sftp://host:70000/x"));
        wrong("spec.location", good.clone().setLocation("sftp://-oProxyCommand=x/x"));
        wrong("spec.location", good.clone().setLocation("/srv/../etc"));
        wrong("spec.repository_password", good.clone().clearPasswordFile());
        wrong("spec.password_file", good.clone().setPasswordFile("password"));
        wrong("spec.ssh_config_file", good.clone().setSshConfigFile("~/.ssh/config"));
        wrong("spec.ssh_options", good.clone().addSshOptions("ProxyCommand=nc x 22"));
        wrong("spec.ssh_options", good.clone().addSshOptions("-v"));
        wrong("spec.host_keys", good.clone().addHostKeys("SHA256:short"));
    }

    private void wrong(String field, StorageSpec.Builder spec) {
        var request = CreateStorageRequest.newBuilder().setSpec(spec).build();
        Failure failure =
                refused(
                        Failure.Code.INVALID_ARGUMENT,
                        () -> controller.storages().createStorage(request));
        assertThat(failure.getMessage()).startsWith(field);
    }
}
