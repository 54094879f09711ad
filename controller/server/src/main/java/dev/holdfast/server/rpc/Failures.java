package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.Failure;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Refusals as gRPC sees them: a status for programs, and the `Failure` in a trailer for everything
/// else.
final class Failures {
    static final Metadata.Key<byte[]> TRAILER =
            Metadata.Key.of("holdfast-failure-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    // clients accept 8 KiB of metadata
    private static final int LONGEST_DETAIL = 2048;

    private Failures() {}

    static StatusRuntimeException toGrpc(Failure failure) {
        Failure bounded =
                failure.toBuilder()
                        .setMessage(bounded(failure.getMessage()))
                        .setHint(bounded(failure.getHint()))
                        .setDetail(bounded(failure.getDetail()))
                        .build();
        var trailers = new Metadata();
        trailers.put(TRAILER, bounded.toByteArray());
        return status(failure.getCode())
                .withDescription(failure.getCode() + ": " + bounded(failure.getMessage()))
                .asRuntimeException(trailers);
    }

    static StatusRuntimeException toGrpc(RequestException refused) {
        return toGrpc(toProto(refused));
    }

    /// Our own fault: the log has the cause, the caller learns that there is one.
    static StatusRuntimeException internal(String method, RuntimeException cause) {
        LOG.atError().setCause(cause).addKeyValue("method", method).log("a call failed");
        return toGrpc(
                Failure.newBuilder()
                        .setCode(Failure.Code.INTERNAL)
                        .setMessage("the controller failed in " + method)
                        .setHint("the controller's log has the cause")
                        .build());
    }

    static Failure toProto(RequestException refused) {
        return Failure.newBuilder()
                .setCode(code(refused.code()))
                .setMessage(refused.getMessage())
                .setHint(refused.hint())
                .setRetryable(refused.retryable())
                .build();
    }

    private static Failure.Code code(FailureCode code) {
        return switch (code) {
            case AGENT_OFFLINE -> Failure.Code.AGENT_OFFLINE;
            case CANCELLED -> Failure.Code.CANCELLED;
            case CERT_EXPIRED -> Failure.Code.CERT_EXPIRED;
            case CERT_REVOKED -> Failure.Code.CERT_REVOKED;
            case CLONED_AGENT -> Failure.Code.CLONED_AGENT;
            case CONFLICT -> Failure.Code.CONFLICT;
            case CONNECTION_LOST -> Failure.Code.CONNECTION_LOST;
            case INTERNAL -> Failure.Code.INTERNAL;
            case INVALID_ARGUMENT -> Failure.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Failure.Code.NOT_FOUND;
            case SECRET_UNAVAILABLE -> Failure.Code.SECRET_UNAVAILABLE;
            case SIGN_IN_NEEDED -> Failure.Code.SIGN_IN_NEEDED;
            case TIMEOUT -> Failure.Code.TIMEOUT;
            case TOKEN_REFUSED -> Failure.Code.TOKEN_REFUSED;
            case TOO_MANY_CONNECTIONS -> Failure.Code.TOO_MANY_CONNECTIONS;
        };
    }

    private static Status status(Failure.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
            case NOT_FOUND, SNAPSHOT_MISSING, PATH_MISSING, REPOSITORY_MISSING -> Status.NOT_FOUND;
            case SIGN_IN_NEEDED, CERT_EXPIRED -> Status.UNAUTHENTICATED;
            case TOKEN_REFUSED, CERT_REVOKED, PERMISSION_DENIED, REFUSED_BY_AGENT ->
                    Status.PERMISSION_DENIED;
            case AGENT_OFFLINE, CONNECTION_LOST, CONNECTION_REFUSED -> Status.UNAVAILABLE;
            case TIMEOUT, DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
            case TOO_MANY_CONNECTIONS -> Status.RESOURCE_EXHAUSTED;
            case CANCELLED -> Status.CANCELLED;
            case CLONED_AGENT -> Status.ABORTED;
            case INTERNAL -> Status.INTERNAL;
            // the rest are states of storages and hosts that somebody has to change first
            default -> Status.FAILED_PRECONDITION;
        };
    }

    private static String bounded(String text) {
        return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) + "…" : text;
    }
}
