package dev.holdfast.server;

import static dev.holdfast.server.Refusals.refused;
import static dev.holdfast.server.TestController.enrollRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.holdfast.proto.v1.Agent;
import dev.holdfast.proto.v1.EnrollReply;
import dev.holdfast.proto.v1.EnrollmentGrpc;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetAgentRequest;
import dev.holdfast.proto.v1.GetInfoRequest;
import dev.holdfast.proto.v1.HostFacts;
import dev.holdfast.proto.v1.ListAgentsRequest;
import dev.holdfast.proto.v1.ListTokensRequest;
import dev.holdfast.proto.v1.RenewRequest;
import dev.holdfast.proto.v1.RevokeAgentRequest;
import dev.holdfast.proto.v1.RevokeTokenRequest;
import dev.holdfast.proto.v1.SystemGrpc;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// Who gets in, and who does not.
@SuppressWarnings("NullAway.Init") // set before each test
class EnrollmentTest {
    @TempDir Path dir;
    private TestController controller;

    @BeforeEach
    void start() throws Exception {
        controller = new TestController(dir.resolve("state"));
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "Ed25519"})
    void aHostBecomesAnAgentWithEitherKindOfKey(String algorithm) throws Exception {
        KeyPair keys = Identity.newKeys(algorithm);
        var request = enrollRequest(controller.token(1), "web01", keys).build();
        EnrollReply reply = controller.enrollment().enroll(request);

        X509Certificate certificate = Identity.own(reply);
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactly(List.of(6, "holdfast:agent:" + reply.getAgentId()));
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(
                        controller.clock.instant().plus(Duration.ofDays(29)),
                        controller.clock.instant().plus(Duration.ofDays(30)));
        Agent agent = get("web01");
        assertThat(agent.getSealingKey()).isEqualTo(request.getSealingKey());
        assertThat(agent.getBinding()).isEqualTo(request.getBinding());
        assertThat(agent.getLabelsMap()).containsEntry("site", "paris");
        assertThat(agent.getIdentityKeyHash().toByteArray())
                .isEqualTo(Identity.sha256(keys.getPublic().getEncoded()));
        try (var fake = new FakeAgent(reply, keys, controller.authority())) {
            fake.connect(controller.port());
            controller.awaitConnected("web01", true);
        }
    }

    @Test
    void aNameIsMadeUnique() throws Exception {
        assertThat(controller.enroll("web01").name).isEqualTo("web01");
        assertThat(controller.enroll("web01").name).isEqualTo("web01-2");
        assertThat(controller.enroll("web01").name).isEqualTo("web01-3");
    }

    @Test
    void ofRacingHostsExactlyOneGetsTheLastUse() throws Exception {
        int rounds = 100;
        int racers = 4;
        KeyPair keys = Identity.newKeys("EC");
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < rounds; round++) {
                var token = controller.token(1);
                var request = enrollRequest(token, "host" + round, keys).build();
                Callable<Boolean> race =
                        () -> {
                            try {
                                controller.enrollment().enroll(request);
                                return true;
                            } catch (StatusRuntimeException e) {
                                Failure.Code code = TestController.failure(e).getCode();
                                assertThat(code).isEqualTo(Failure.Code.TOKEN_REFUSED);
                                return false;
                            }
                        };
                var racing = new ArrayList<Callable<Boolean>>();
                for (int i = 0; i < racers; i++) {
                    racing.add(race);
                }
                int winners = 0;
                for (var outcome : pool.invokeAll(racing)) {
                    winners += outcome.get() ? 1 : 0;
                }
                assertThat(winners).as("round " + round).isEqualTo(1);
            }
        }
        var agents = controller.agents().listAgents(ListAgentsRequest.getDefaultInstance());
        assertThat(agents.getAgentsCount()).isEqualTo(rounds);
    }

    @Test
    void aTokenIsRefusedWhenWrongUsedUpExpiredRevokedOrForAnotherHost() throws Exception {
        var token = controller.token(2);
        KeyPair keys = Identity.newKeys("EC");
        var wrong = TestController.Token.withSecret(token.id());
        refusedToken(enrollRequest(wrong, "web01", keys));
        refusedToken(enrollRequest(TestController.Token.random(), "web01", keys));

        controller.enrollment().enroll(enrollRequest(token, "web01", keys).build());
        controller.enrollment().enroll(enrollRequest(token, "web02", keys).build());
        refusedToken(enrollRequest(token, "web03", keys));

        var revoked = controller.token(1);
        controller
                .tokens()
                .revokeToken(RevokeTokenRequest.newBuilder().setId(revoked.id()).build());
        refusedToken(enrollRequest(revoked, "web03", keys));

        var bound = TestController.Token.random();
        controller
                .tokens()
                .createToken(TestController.request(bound, 1).setHostName("db01").build());
        refusedToken(enrollRequest(bound, "web03", keys));
        controller.enrollment().enroll(enrollRequest(bound, "db01", keys).build());

        var late = controller.token(1);
        controller.clock.forward(Duration.ofHours(2));
        refusedToken(enrollRequest(late, "web03", keys));

        var listed = controller.tokens().listTokens(ListTokensRequest.getDefaultInstance());
        assertThat(listed.getTokensList())
                .anyMatch(t -> t.getId().equals(token.id()) && t.getUsed() == 2)
                .anyMatch(t -> t.getId().equals(revoked.id()) && t.getRevoked());
    }

    private void refusedToken(dev.holdfast.proto.v1.EnrollRequest.Builder request) {
        refused(Failure.Code.TOKEN_REFUSED, () -> controller.enrollment().enroll(request.build()));
    }

    @Test
    void aMalformedRequestIsRefusedByFieldAndCostsNoUse() throws Exception {
        var token = controller.token(1);
        KeyPair keys = Identity.newKeys("EC");
        var good = enrollRequest(token, "web01", keys).build();
        var foreign = Identity.csr(keys, Identity.newKeys("EC"));
        var weak = Identity.csr(Identity.newKeys("RSA"));
        refusedField("csr", good.toBuilder().clearCsr());
        refusedField("csr", good.toBuilder().setCsr(ByteString.copyFrom(foreign)));
        refusedField("csr", good.toBuilder().setCsr(ByteString.copyFrom(weak)));
        refusedField("csr", good.toBuilder().setCsr(ByteString.copyFromUtf8("hello")));
        refusedField("sealing_key", good.toBuilder().clearSealingKey());
        refusedField("binding", good.toBuilder().clearBinding());
        refusedField("auth", good.toBuilder().clearAuth());
        refusedField(
                "facts.host_name",
                good.toBuilder().setFacts(HostFacts.newBuilder().setHostName("a\nb")));
        controller.enrollment().enroll(good);
    }

    private void refusedField(String field, dev.holdfast.proto.v1.EnrollRequest.Builder request) {
        Failure failure =
                refused(
                        Failure.Code.INVALID_ARGUMENT,
                        () -> controller.enrollment().enroll(request.build()));
        assertThat(failure.getMessage()).startsWith(field);
    }

    @Test
    void aStreamNeedsACertificate() throws Exception {
        FakeAgent agent = controller.enroll("web01");
        var stub = dev.holdfast.proto.v1.AgentLinkGrpc.newStub(controller.operator());
        var end = new java.util.concurrent.CompletableFuture<Throwable>();
        stub.connect(
                new io.grpc.stub.StreamObserver<>() {
                    @Override
                    public void onNext(dev.holdfast.proto.v1.ControllerFrame frame) {}

                    @Override
                    public void onError(Throwable failure) {
                        end.complete(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        assertThat(Status.fromThrowable(end.get()).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        // and a certificate is no operator's token
        ManagedChannel channel =
                Identity.channel(
                        controller.port(), controller.authority(), agent.keys, agent.certificate);
        try {
            refused(
                    Failure.Code.SIGN_IN_NEEDED,
                    () ->
                            SystemGrpc.newBlockingStub(channel)
                                    .getInfo(GetInfoRequest.getDefaultInstance()));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void theCertificateOfAnotherAuthorityDoesNotPassTheHandshake() throws Exception {
        try (var other = new TestController(dir.resolve("other"))) {
            FakeAgent stranger = other.enroll("web01");
            ManagedChannel channel =
                    Identity.channel(
                            controller.port(),
                            controller.authority(),
                            stranger.keys,
                            stranger.certificate);
            try {
                // the client leaves such a certificate out, or the server refuses it
                assertThatThrownBy(
                                () ->
                                        EnrollmentGrpc.newBlockingStub(channel)
                                                .renew(RenewRequest.getDefaultInstance()))
                        .isInstanceOf(StatusRuntimeException.class);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void onlyARightOperatorTokenSignsIn() throws Exception {
        String good = controller.operatorToken();
        String flipped = good.substring(0, good.length() - 2) + (good.endsWith("AA") ? "BB" : "AA");
        for (String bad : List.of("", "x", flipped, "hfo_0000000000000000" + good.substring(20))) {
            refused(
                    Failure.Code.SIGN_IN_NEEDED,
                    () ->
                            SystemGrpc.newBlockingStub(controller.operator(bad))
                                    .getInfo(GetInfoRequest.getDefaultInstance()));
        }
        refused(
                Failure.Code.SIGN_IN_NEEDED,
                () ->
                        SystemGrpc.newBlockingStub(controller.anonymous())
                                .getInfo(GetInfoRequest.getDefaultInstance()));
        var info = controller.system().getInfo(GetInfoRequest.getDefaultInstance());
        assertThat(info.getCaFingerprint()).startsWith("SHA256:").hasSize(50);
        controller.restart();
        assertThat(controller.operatorToken()).isEqualTo(good);
        var again = controller.system().getInfo(GetInfoRequest.getDefaultInstance());
        assertThat(again.getInstallationId()).isEqualTo(info.getInstallationId());
        assertThat(again.getCaFingerprint()).isEqualTo(info.getCaFingerprint());
    }

    @Test
    void aRevokedAgentIsCutAtOnceAndStaysOut() throws Exception {
        try (FakeAgent agent = controller.enroll("web01")) {
            agent.connect(controller.port());
            controller.awaitConnected("web01", true);
            long before = System.nanoTime();
            controller
                    .agents()
                    .revokeAgent(RevokeAgentRequest.newBuilder().setAgent("web01").build());
            Failure.Code why = agent.awaitEnd(5);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(why).isEqualTo(Failure.Code.CERT_REVOKED);

            agent.open(controller.port());
            Failure.Code again = agent.awaitEnd(10);
            assertThat(again).isEqualTo(Failure.Code.CERT_REVOKED);
            refused(Failure.Code.CERT_REVOKED, () -> renew(agent));
            assertThat(get("web01").getRevoked()).isTrue();
        }
    }

    @Test
    void anExpiredCertificateOpensOnlyTheRenewal() throws Exception {
        try (FakeAgent agent = controller.enroll("web01")) {
            controller.clock.forward(Duration.ofDays(60));
            agent.open(controller.port());
            Failure.Code why = agent.awaitEnd(10);
            assertThat(why).isEqualTo(Failure.Code.CERT_EXPIRED);

            X509Certificate fresh = renew(agent);
            assertThat(fresh.getNotAfter().toInstant())
                    .isAfter(controller.clock.instant().plus(Duration.ofDays(29)));
            assertThat(get("web01").getCertificateExpiresAt().getSeconds())
                    .isEqualTo(fresh.getNotAfter().toInstant().getEpochSecond());

            controller.clock.forward(Duration.ofDays(61));
            assertThatThrownBy(() -> renew(agent)).isInstanceOf(StatusRuntimeException.class);
        }
    }

    private X509Certificate renew(FakeAgent agent) throws Exception {
        ManagedChannel channel =
                Identity.channel(
                        controller.port(), controller.authority(), agent.keys, agent.certificate);
        try {
            var reply =
                    EnrollmentGrpc.newBlockingStub(channel)
                            .renew(
                                    RenewRequest.newBuilder()
                                            .setCsr(ByteString.copyFrom(Identity.csr(agent.keys)))
                                            .build());
            return Identity.certificate(reply.getCertificateChain(0).toByteArray());
        } finally {
            channel.shutdownNow();
        }
    }

    private Agent get(String name) throws Exception {
        return controller.agents().getAgent(GetAgentRequest.newBuilder().setAgent(name).build());
    }
}
