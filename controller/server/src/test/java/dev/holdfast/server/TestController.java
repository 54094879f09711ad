package dev.holdfast.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;

import dev.holdfast.proto.v1.AgentsGrpc;
import dev.holdfast.proto.v1.CreateStorageRequest;
import dev.holdfast.proto.v1.CreateTokenRequest;
import dev.holdfast.proto.v1.EnrollReply;
import dev.holdfast.proto.v1.EnrollRequest;
import dev.holdfast.proto.v1.EnrollmentGrpc;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetRunRequest;
import dev.holdfast.proto.v1.HostFacts;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.SnapshotsGrpc;
import dev.holdfast.proto.v1.StartBackupRequest;
import dev.holdfast.proto.v1.Storage;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.StoragesGrpc;
import dev.holdfast.proto.v1.SystemGrpc;
import dev.holdfast.proto.v1.TokensGrpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/// A real controller on a free port, and an operator who is signed in.
final class TestController implements AutoCloseable {
    final TestClock clock;
    final Path state;
    private final String databaseUrl;
    private @Nullable Controller controller;
    private @Nullable ManagedChannel channel;

    TestController(Path state, String databaseUrl) throws Exception {
        this.state = state;
        this.databaseUrl = databaseUrl;
        this.clock = new TestClock();
        start();
    }

    TestController(Path state) throws Exception {
        this(state, "");
    }

    void start() throws Exception {
        var config =
                new ControllerConfig(
                        state, "127.0.0.1:0", List.of(), databaseUrl, 300, 1, 5, 1_000_000);
        controller = Controller.start(config, "test", clock);
        channel = Identity.channel(port(), authority());
    }

    void stop() {
        var open = channel;
        if (open != null) {
            open.shutdownNow();
        }
        var running = controller;
        if (running != null) {
            running.close();
        }
    }

    void restart() throws Exception {
        stop();
        start();
    }

    int port() {
        var running = controller;
        if (running == null) {
            throw new IllegalStateException("stopped");
        }
        return running.port();
    }

    X509Certificate authority() throws Exception {
        return Identity.authority(state);
    }

    String operatorToken() throws Exception {
        return Files.readString(state.resolve("operator.token")).strip();
    }

    /// A channel without any credentials.
    Channel anonymous() {
        var open = channel;
        if (open == null) {
            throw new IllegalStateException("stopped");
        }
        return open;
    }

    Channel operator() throws Exception {
        return operator(operatorToken());
    }

    Channel operator(String token) {
        var headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + token);
        return ClientInterceptors.intercept(
                anonymous(), MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    TokensGrpc.TokensBlockingStub tokens() throws Exception {
        return TokensGrpc.newBlockingStub(operator());
    }

    AgentsGrpc.AgentsBlockingStub agents() throws Exception {
        return AgentsGrpc.newBlockingStub(operator());
    }

    StoragesGrpc.StoragesBlockingStub storages() throws Exception {
        return StoragesGrpc.newBlockingStub(operator());
    }

    RunsGrpc.RunsBlockingStub runs() throws Exception {
        return RunsGrpc.newBlockingStub(operator());
    }

    SnapshotsGrpc.SnapshotsBlockingStub snapshots() throws Exception {
        return SnapshotsGrpc.newBlockingStub(operator());
    }

    SystemGrpc.SystemBlockingStub system() throws Exception {
        return SystemGrpc.newBlockingStub(operator());
    }

    EnrollmentGrpc.EnrollmentBlockingStub enrollment() {
        return EnrollmentGrpc.newBlockingStub(anonymous());
    }

    /// Permission to enroll, as an operator's client makes it.
    record Token(String id, ByteString auth) {
        static Token random() {
            return withSecret(HexFormat.of().formatHex(Identity.random(8)));
        }

        static Token withSecret(String id) {
            return new Token(id, ByteString.copyFrom(Identity.random(32)));
        }
    }

    Token token(int uses) throws Exception {
        Token token = Token.random();
        tokens().createToken(request(token, uses).build());
        return token;
    }

    static CreateTokenRequest.Builder request(Token token, int uses) throws Exception {
        return CreateTokenRequest.newBuilder()
                .setId(token.id())
                .setAuthHash(ByteString.copyFrom(Identity.sha256(token.auth().toByteArray())))
                .setTtl(Duration.newBuilder().setSeconds(3600))
                .setUses(uses)
                .putLabels("site", "paris");
    }

    static EnrollRequest.Builder enrollRequest(Token token, String hostName, KeyPair keys)
            throws Exception {
        return EnrollRequest.newBuilder()
                .setTokenId(token.id())
                .setAuth(token.auth())
                .setCsr(ByteString.copyFrom(Identity.csr(keys)))
                .setSealingKey(ByteString.copyFrom(Identity.random(32)))
                .setBinding(ByteString.copyFrom(Identity.random(32)))
                .setFacts(HostFacts.newBuilder().setHostName(hostName).setOs("Linux"));
    }

    FakeAgent enroll(String hostName) throws Exception {
        KeyPair keys = Identity.newKeys("EC");
        EnrollReply reply = enrollment().enroll(enrollRequest(token(1), hostName, keys).build());
        return new FakeAgent(reply, keys, authority());
    }

    Storage storage(String name) throws Exception {
        return storages()
                .createStorage(
                        CreateStorageRequest.newBuilder()
                                .setSpec(
                                        StorageSpec.newBuilder()
                                                .setName(name)
                                                .setLocation("sftp://backup@nas/srv/" + name)
                                                .setPasswordFile("/etc/holdfast/password"))
                                .build());
    }

    Run backup(String agent, String storage) throws Exception {
        return runs().startBackup(backupRequest(agent, storage).build());
    }

    static StartBackupRequest.Builder backupRequest(String agent, String storage) {
        return StartBackupRequest.newBuilder()
                .setAgent(agent)
                .setStorage(storage)
                .addPaths("/srv/app");
    }

    Run run(String id) throws Exception {
        return runs().getRun(GetRunRequest.newBuilder().setRun(id).build());
    }

    Run awaitState(String id, Run.State state) throws Exception {
        Awaitility.await().until(() -> run(id).getState() == state);
        return run(id);
    }

    void awaitConnected(String agent, boolean connected) throws Exception {
        Awaitility.await()
                .until(
                        () ->
                                agents().getAgent(
                                                        dev.holdfast.proto.v1.GetAgentRequest
                                                                .newBuilder()
                                                                .setAgent(agent)
                                                                .build())
                                                .getConnected()
                                        == connected);
    }

    @Override
    public void close() {
        stop();
    }

    static Failure failure(StatusRuntimeException refused) {
        Metadata trailers = refused.getTrailers();
        byte[] bytes =
                trailers == null
                        ? null
                        : trailers.get(
                                Metadata.Key.of(
                                        "holdfast-failure-bin", Metadata.BINARY_BYTE_MARSHALLER));
        if (bytes == null) {
            throw new AssertionError("no failure in the trailers", refused);
        }
        try {
            return Failure.parseFrom(bytes);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
