package dev.holdfast.daemon.enrollment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.state.Identity;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.proto.v1.EnrollReply;
import dev.holdfast.proto.v1.EnrollRequest;
import dev.holdfast.proto.v1.EnrollmentGrpc;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.HostFacts;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Against a real TLS server that plays the controller.
class EnrollerTest {
    private static final String TOKEN =
            "hft_0123456789abcdef_x7QmA0kVw2-3JtLr9ZsYb_8HnEoUcPdFgIeKyTlMvBA";

    @TempDir private Path folder;
    private final BlockingQueue<EnrollRequest> requests = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private TestAuthority authority;

    @SuppressWarnings("NullAway.Init") // set before each test
    private StateDirectory directory;

    @SuppressWarnings("NullAway.Init") // set by each test
    private Server server;

    @BeforeEach
    void prepare() throws Exception {
        authority = new TestAuthority("controller authority");
        directory = StateDirectory.create(folder.resolve("state"));
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void storesTheIdentityThatTheControllerGave() throws Exception {
        serve("localhost", true);

        Identity identity = enroll("localhost", authority.fingerprint());

        assertThat(identity.names().agentId()).isEqualTo("agent-id");
        Identity stored = Identity.load(directory);
        assertThat(stored.names()).isEqualTo(identity.names());
        assertThat(stored.ca()).isEqualTo(authority.certificate());
        assertThat(stored.chain().getLast()).isEqualTo(authority.certificate());
        for (String file : List.of("identity.key", "sealing.key", "agent.properties")) {
            assertThat(Files.getPosixFilePermissions(folder.resolve("state").resolve(file)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void provesItsKeysAndNeverSendsTheToken() throws Exception {
        serve("localhost", true);
        Identity identity = enroll("localhost", authority.fingerprint());

        EnrollRequest request = requests.remove();
        JcaPKCS10CertificationRequest csr =
                new JcaPKCS10CertificationRequest(request.getCsr().toByteArray());
        PublicKey key = csr.getPublicKey();
        assertThat(csr.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key)))
                .isTrue();
        assertThat(identity.chain().getFirst().getPublicKey()).isEqualTo(key);
        assertThat(
                        new X25519PrivateKeyParameters(identity.sealingKey(), 0)
                                .generatePublicKey()
                                .getEncoded())
                .isEqualTo(request.getSealingKey().toByteArray());
        try (EnrollmentToken token = EnrollmentToken.parse(TOKEN)) {
            assertThat(request.getTokenId()).isEqualTo(token.id());
            assertThat(request.getAuth().toByteArray()).isEqualTo(token.auth());
            assertThat(request.getBinding().toByteArray())
                    .isEqualTo(
                            token.binding(
                                    CaFingerprint.sha256(key.getEncoded()),
                                    request.getSealingKey().toByteArray()));
        }
        byte[] secret = Base64.getUrlDecoder().decode(TOKEN.substring(TOKEN.length() - 43));
        assertThat(new String(request.toByteArray(), StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1))
                .doesNotContain(TOKEN.substring(TOKEN.length() - 43));
    }

    @Test
    void refusesAnotherAuthority() throws Exception {
        serve("localhost", true);

        assertRefused("localhost", new TestAuthority("controller authority").fingerprint());
    }

    /// Whoever holds any certificate of the authority is not the controller.
    @Test
    void refusesTheAuthorityUnderAnotherHostName() throws Exception {
        serve("other.example", true);

        assertRefused("localhost", authority.fingerprint());
    }

    @Test
    void refusesAServerCertificateAsAuthority() throws Exception {
        KeyPair key = IdentityKey.generate(new SecureRandom());
        X509Certificate certificate = authority.issue("controller", key.getPublic(), "localhost");
        start(SslContextBuilder.forServer(key.getPrivate(), certificate), true);

        assertRefused("localhost", CaFingerprint.of(certificate));
    }

    @Test
    void refusesACertificateForAnotherKey() throws Exception {
        serve("localhost", false);

        IOException thrown =
                catchThrowableOfType(
                        IOException.class, () -> enroll("localhost", authority.fingerprint()));
        assertThat(thrown).hasMessageContaining("for another key");
        assertThat(Identity.exists(directory)).isFalse();
    }

    private void assertRefused(String host, CaFingerprint fingerprint) throws IOException {
        FailureException thrown =
                catchThrowableOfType(FailureException.class, () -> enroll(host, fingerprint));
        assertThat(thrown.report().code()).isEqualTo(Failure.Code.AUTHENTICATION_REFUSED);
        assertThat(thrown.report().hint()).contains("fingerprint");
        assertThat(requests).as("nothing was sent").isEmpty();
        assertThat(Identity.exists(directory)).isFalse();
    }

    private Identity enroll(String host, CaFingerprint fingerprint) throws IOException {
        try (EnrollmentToken token = EnrollmentToken.parse(TOKEN)) {
            return new Enroller(directory, new SecureRandom())
                    .enroll(
                            new ControllerAddress(host, server.getPort()),
                            fingerprint,
                            token,
                            HostFacts.newBuilder().setHostName("here").build());
        }
    }

    private void serve(String dnsName, boolean honest) throws Exception {
        KeyPair key = IdentityKey.generate(new SecureRandom());
        start(
                SslContextBuilder.forServer(
                        key.getPrivate(),
                        authority.issue("controller", key.getPublic(), dnsName),
                        authority.certificate()),
                honest);
    }

    private void start(SslContextBuilder contexts, boolean honest) throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getByName("localhost"), 0))
                        .sslContext(
                                GrpcSslContexts.configure(contexts, SslProvider.JDK)
                                        .protocols("TLSv1.3")
                                        .build())
                        .addService(new Controller(honest))
                        .build()
                        .start();
    }

    /// Issues for the key of the request; one that is not honest for a key of its own.
    private final class Controller extends EnrollmentGrpc.EnrollmentImplBase {
        private final boolean honest;

        Controller(boolean honest) {
            this.honest = honest;
        }

        @Override
        public void enroll(EnrollRequest request, StreamObserver<EnrollReply> out) {
            requests.add(request);
            try {
                PublicKey key =
                        honest
                                ? new JcaPKCS10CertificationRequest(request.getCsr().toByteArray())
                                        .getPublicKey()
                                : IdentityKey.generate(new SecureRandom()).getPublic();
                out.onNext(
                        EnrollReply.newBuilder()
                                .setAgentId("agent-id")
                                .setAgentName("here")
                                .setInstallationId("installation")
                                .addCertificateChain(
                                        ByteString.copyFrom(
                                                authority
                                                        .issue("agent", key, "agent")
                                                        .getEncoded()))
                                .addCertificateChain(
                                        ByteString.copyFrom(authority.certificate().getEncoded()))
                                .build());
                out.onCompleted();
            } catch (Exception e) {
                out.onError(Status.INTERNAL.withCause(e).asRuntimeException());
            }
        }
    }
}
