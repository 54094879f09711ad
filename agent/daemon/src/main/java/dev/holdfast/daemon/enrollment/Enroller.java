package dev.holdfast.daemon.enrollment;

import com.google.protobuf.ByteString;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.state.Identity;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.proto.v1.EnrollReply;
import dev.holdfast.proto.v1.EnrollRequest;
import dev.holdfast.proto.v1.EnrollmentGrpc;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.HostFacts;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;

import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Makes this host an agent: two keys made here, one call, one stored identity.
public final class Enroller {
    private static final long CALL_SECONDS = 60;

    private final StateDirectory directory;
    private final SecureRandom random;

    public Enroller(StateDirectory directory, SecureRandom random) {
        this.directory = directory;
        this.random = random;
    }

    /// Uses the token up. The caller holds the lock of the state directory.
    public Identity enroll(
            ControllerAddress address,
            CaFingerprint fingerprint,
            EnrollmentToken token,
            HostFacts facts)
            throws IOException {
        KeyPair key = IdentityKey.generate(random);
        X25519PrivateKeyParameters sealing = new X25519PrivateKeyParameters(random);
        EnrollRequest request =
                request(token, facts, key, sealing.generatePublicKey().getEncoded());
        PinnedTrust trust = new PinnedTrust(fingerprint);
        EnrollReply reply;
        ManagedChannel channel = ControllerChannel.pinned(address, trust);
        try {
            reply =
                    EnrollmentGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                            .enroll(request);
        } catch (StatusRuntimeException e) {
            throw RpcFailures.of(address, e);
        } finally {
            channel.shutdownNow();
        }
        X509Certificate authority =
                trust.authority()
                        .orElseThrow(() -> new IllegalStateException("a call without TLS"));
        List<X509Certificate> chain =
                IdentityKey.chain(reply.getCertificateChainList(), key.getPublic());
        if (reply.getAgentId().isEmpty() || reply.getInstallationId().isEmpty()) {
            throw new FailureException(
                    Failure.Code.INTERNAL,
                    "the controller's answer names no agent",
                    "see the controller's log");
        }
        byte[] sealingKey = sealing.getEncoded();
        try {
            return Identity.store(
                    directory,
                    new Identity.Names(
                            reply.getAgentId(),
                            reply.getAgentName(),
                            reply.getInstallationId(),
                            address.toString()),
                    key.getPrivate(),
                    sealingKey,
                    chain,
                    authority);
        } finally {
            Arrays.fill(sealingKey, (byte) 0);
        }
    }

    static EnrollRequest request(
            EnrollmentToken token, HostFacts facts, KeyPair key, byte[] sealingKey)
            throws IOException {
        byte[] keyHash = CaFingerprint.sha256(key.getPublic().getEncoded());
        return EnrollRequest.newBuilder()
                .setTokenId(token.id())
                .setAuth(ByteString.copyFrom(token.auth()))
                .setCsr(ByteString.copyFrom(IdentityKey.request(key.getPublic(), key.getPrivate())))
                .setSealingKey(ByteString.copyFrom(sealingKey))
                .setBinding(ByteString.copyFrom(token.binding(keyHash, sealingKey)))
                .setFacts(facts)
                .build();
    }
}
