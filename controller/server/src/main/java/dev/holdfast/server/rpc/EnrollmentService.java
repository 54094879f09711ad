package dev.holdfast.server.rpc;

import com.google.protobuf.ByteString;

import dev.holdfast.proto.v1.EnrollReply;
import dev.holdfast.proto.v1.EnrollRequest;
import dev.holdfast.proto.v1.EnrollmentGrpc;
import dev.holdfast.proto.v1.RenewReply;
import dev.holdfast.proto.v1.RenewRequest;
import dev.holdfast.server.enrollment.CertificateRequest;
import dev.holdfast.server.fleet.Application;
import dev.holdfast.server.fleet.Enrolled;
import dev.holdfast.server.fleet.Fleet;

import io.grpc.stub.StreamObserver;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// Hosts become agents, and agents renew their certificates.
final class EnrollmentService extends EnrollmentGrpc.EnrollmentImplBase {
    private final Fleet fleet;
    private final String installationId;

    EnrollmentService(Fleet fleet, String installationId) {
        this.fleet = fleet;
        this.installationId = installationId;
    }

    @Override
    public void enroll(EnrollRequest request, StreamObserver<EnrollReply> out) {
        Calls.unary(
                "Enrollment/Enroll",
                out,
                () -> {
                    Application application =
                            Application.of(
                                    request.getTokenId(),
                                    request.getAuth().toByteArray(),
                                    request.getCsr().toByteArray(),
                                    request.getSealingKey().toByteArray(),
                                    request.getBinding().toByteArray(),
                                    Views.facts(request.getFacts()));
                    Enrolled enrolled = fleet.enroll(application, Caller.address());
                    return EnrollReply.newBuilder()
                            .setAgentId(enrolled.agentId())
                            .setAgentName(enrolled.agentName())
                            .addAllCertificateChain(der(enrolled.chain()))
                            .setInstallationId(installationId)
                            .build();
                });
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<RenewReply> out) {
        Calls.unary(
                "Enrollment/Renew",
                out,
                () -> {
                    var csr = CertificateRequest.parse(request.getCsr().toByteArray());
                    Enrolled renewed = fleet.renew(Caller.agentId(), csr);
                    return RenewReply.newBuilder()
                            .addAllCertificateChain(der(renewed.chain()))
                            .build();
                });
    }

    private static List<ByteString> der(List<X509Certificate> chain) {
        var encoded = new ArrayList<ByteString>();
        for (X509Certificate certificate : chain) {
            try {
                encoded.add(ByteString.copyFrom(certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
        return encoded;
    }
}
