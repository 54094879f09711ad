package dev.holdfast.daemon.enrollment;

import com.google.protobuf.ByteString;

import dev.holdfast.daemon.state.Identity;
import dev.holdfast.proto.v1.EnrollmentGrpc;
import dev.holdfast.proto.v1.RenewReply;
import dev.holdfast.proto.v1.RenewRequest;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Keeps the certificate fresh: asks for a new one after two thirds of its life. The key stays.
public final class CertificateRenewal {
    private static final long CALL_SECONDS = 60;

    private final Identity identity;
    private final InstantSource clock;

    public CertificateRenewal(Identity identity, InstantSource clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /// When a certificate should be renewed.
    static Instant dueAt(X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        return from.plus(Duration.between(from, to).multipliedBy(2).dividedBy(3));
    }

    /// Whether to renew now; no while a candidate waits for its first connection.
    public boolean isDue() throws IOException {
        return identity.candidate().isEmpty()
                && !clock.instant().isBefore(dueAt(identity.chain().getFirst()));
    }

    /// Asks for a new certificate and stores it as candidate.
    ///
    /// @param channel with the certificate in force
    public void renew(Channel channel, ControllerAddress address) throws IOException {
        X509Certificate current = identity.chain().getFirst();
        byte[] request = IdentityKey.request(current.getPublicKey(), identity.privateKey());
        RenewReply reply;
        try {
            reply =
                    EnrollmentGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                            .renew(
                                    RenewRequest.newBuilder()
                                            .setCsr(ByteString.copyFrom(request))
                                            .build());
        } catch (StatusRuntimeException e) {
            throw RpcFailures.of(address, e);
        }
        List<X509Certificate> chain =
                IdentityKey.chain(reply.getCertificateChainList(), current.getPublicKey());
        identity.storeCandidate(chain);
    }
}
