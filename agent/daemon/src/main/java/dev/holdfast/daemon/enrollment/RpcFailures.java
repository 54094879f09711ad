package dev.holdfast.daemon.enrollment;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.proto.v1.Failure;

import io.grpc.Metadata;
import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLException;

/// What a failed call to the controller means: its own [Failure] where it sent one, else what the
/// connection tells.
public final class RpcFailures {
    private static final Metadata.Key<byte[]> TRAILER =
            Metadata.Key.of("holdfast-failure-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private RpcFailures() {}

    /// Takes the exceptions of gRPC stubs and observers.
    public static FailureException of(ControllerAddress address, Throwable thrown) {
        return new FailureException(report(address, thrown), thrown);
    }

    private static FailureReport report(ControllerAddress address, Throwable thrown) {
        Status status = Status.fromThrowable(thrown);
        Metadata trailers = Status.trailersFromThrowable(thrown);
        byte @Nullable [] sent = trailers == null ? null : trailers.get(TRAILER);
        if (sent != null) {
            try {
                Failure failure = Failure.parseFrom(sent);
                if (failure.getCode() != Failure.Code.UNRECOGNIZED
                        && failure.getCode() != Failure.Code.CODE_UNSPECIFIED) {
                    return new FailureReport(
                            failure.getCode(),
                            failure.getMessage(),
                            failure.getHint(),
                            failure.getDetail(),
                            failure.getRetryable());
                }
            } catch (InvalidProtocolBufferException _) {
                // a controller that does not know the form: its status must do
            }
        }
        String detail = status + (status.getCause() == null ? "" : "\n" + chain(status.getCause()));
        return switch (status.getCode()) {
            case UNAVAILABLE -> unavailable(address, status.getCause(), detail);
            case DEADLINE_EXCEEDED ->
                    failure(
                            Failure.Code.TIMEOUT,
                            "the controller at " + address + " did not answer in time",
                            "check the network between this host and the controller",
                            detail);
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                    failure(
                            Failure.Code.TOKEN_REFUSED,
                            "the controller at "
                                    + address
                                    + " refused this host: "
                                    + status.getDescription(),
                            "make a new token:  holdfast token create",
                            detail);
            default ->
                    failure(
                            Failure.Code.INTERNAL,
                            "the controller at " + address + " failed: " + status.getDescription(),
                            "see the controller's log",
                            detail);
        };
    }

    private static FailureReport unavailable(
            ControllerAddress address, @Nullable Throwable cause, String detail) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof UnknownHostException) {
                return failure(
                        Failure.Code.NAME_NOT_RESOLVED,
                        "the name of the controller " + address + " is not known here",
                        "check the name and this host's resolver",
                        detail);
            }
            if (each instanceof SSLException || each instanceof GeneralSecurityException) {
                return failure(
                        Failure.Code.AUTHENTICATION_REFUSED,
                        "no trusted connection to the controller at "
                                + address
                                + ": "
                                + each.getMessage(),
                        "compare the fingerprint with:  holdfast-controller ca fingerprint",
                        detail);
            }
            if (each instanceof ConnectException) {
                return new FailureReport(
                        Failure.Code.CONNECTION_REFUSED,
                        "the controller at " + address + " does not answer",
                        "check address, port and firewall, and that it runs",
                        detail,
                        true);
            }
        }
        return new FailureReport(
                Failure.Code.CONNECTION_LOST,
                "no connection to the controller at " + address,
                "check the network between this host and the controller",
                detail,
                true);
    }

    private static FailureReport failure(
            Failure.Code code, String message, String hint, String detail) {
        return new FailureReport(code, message, hint, detail, code == Failure.Code.TIMEOUT);
    }

    private static String chain(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            text.append(text.isEmpty() ? "" : "\n").append(each);
        }
        return text.toString();
    }
}
