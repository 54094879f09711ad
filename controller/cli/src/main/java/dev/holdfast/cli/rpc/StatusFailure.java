package dev.holdfast.cli.rpc;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.proto.v1.Failure;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;

import javax.net.ssl.SSLException;

/// Turns the status of a call into the failure that the controller sent, or else into one that
/// names the next step.
final class StatusFailure {
    static final Metadata.Key<byte[]> TRAILER =
            Metadata.Key.of("holdfast-failure-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private StatusFailure() {}

    static CommandFailure of(StatusRuntimeException error, String address) {
        Metadata trailers = error.getTrailers();
        byte[] sent = trailers == null ? null : trailers.get(TRAILER);
        if (sent != null) {
            try {
                return new CommandFailure(Failure.parseFrom(sent), error);
            } catch (InvalidProtocolBufferException e) {
                error.addSuppressed(e);
            }
        }
        return new CommandFailure(guess(error, address).setDetail(details(error)).build(), error);
    }

    private static Failure.Builder guess(StatusRuntimeException error, String address) {
        Status status = error.getStatus();
        String controller = "controller " + address;
        return switch (status.getCode()) {
            case UNAVAILABLE -> unavailable(error, address);
            case DEADLINE_EXCEEDED ->
                    failure(
                            Failure.Code.TIMEOUT,
                            controller + " did not answer in time",
                            "try again; see the controller's log if it happens again");
            case UNAUTHENTICATED ->
                    failure(
                            Failure.Code.SIGN_IN_NEEDED,
                            controller + " does not accept the operator token",
                            "name the file with a valid one: --token-file, HOLDFAST_TOKEN_FILE or "
                                    + " holdfast context set");
            case PERMISSION_DENIED ->
                    failure(
                            Failure.Code.TOKEN_REFUSED,
                            controller + " does not allow this to the operator token",
                            "sign in as an operator who may");
            case NOT_FOUND ->
                    failure(
                            Failure.Code.NOT_FOUND,
                            text(status, "no such object"),
                            "list what there is");
            case ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED ->
                    failure(Failure.Code.CONFLICT, text(status, "not possible in this state"), "");
            case INVALID_ARGUMENT, OUT_OF_RANGE ->
                    failure(
                            Failure.Code.INVALID_ARGUMENT,
                            text(status, "the controller did not accept the request"),
                            "");
            case CANCELLED -> failure(Failure.Code.CANCELLED, "the call was cancelled", "");
            case UNIMPLEMENTED ->
                    failure(
                            Failure.Code.INTERNAL,
                            controller + " does not know this request",
                            "bring controller and command line to the same version");
            case OK, UNKNOWN, RESOURCE_EXHAUSTED, INTERNAL, DATA_LOSS ->
                    failure(
                            Failure.Code.INTERNAL,
                            controller + " failed: " + text(status, status.getCode().name()),
                            "see the controller's log");
        };
    }

    private static Failure.Builder unavailable(StatusRuntimeException error, String address) {
        String controller = "controller " + address;
        if (has(error, UnknownHostException.class)) {
            return failure(
                    Failure.Code.NAME_NOT_RESOLVED,
                    "the name of " + controller + " is not known",
                    "check --server or  holdfast context show");
        }
        if (has(error, CertificateException.class) || has(error, SSLException.class)) {
            return failure(
                    Failure.Code.CONNECTION_LOST,
                    controller + " did not prove to be the pinned one",
                    "compare its CA (ca.pem beside its data) with --ca-file or --ca-fingerprint; do"
                            + " not send secrets");
        }
        if (has(error, ConnectException.class)) {
            return failure(
                    Failure.Code.CONNECTION_REFUSED,
                    controller + " is not reachable",
                    "is it running there?  systemctl status holdfast-controller;  check port and"
                            + " firewall");
        }
        return failure(
                        Failure.Code.CONNECTION_LOST,
                        "the connection to " + controller + " broke",
                        "check the network and try again")
                .setRetryable(true);
    }

    private static Failure.Builder failure(Failure.Code code, String message, String hint) {
        return Failure.newBuilder().setCode(code).setMessage(message).setHint(hint);
    }

    private static String text(Status status, String otherwise) {
        String description = status.getDescription();
        return description == null || description.isEmpty() ? otherwise : description;
    }

    private static boolean has(Throwable error, Class<? extends Throwable> type) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (type.isInstance(e)) {
                return true;
            }
        }
        return false;
    }

    private static String details(Throwable error) {
        StringBuilder text = new StringBuilder(String.valueOf(error.getMessage()));
        for (Throwable e = error.getCause(); e != null; e = e.getCause()) {
            text.append("; ").append(e);
        }
        return text.toString();
    }
}
