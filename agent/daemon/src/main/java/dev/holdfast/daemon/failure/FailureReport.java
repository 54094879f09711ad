package dev.holdfast.daemon.failure;

import dev.holdfast.proto.v1.Failure;

/// One failure as people see it.
///
/// @param message what failed and on which object
/// @param hint the next step, empty where there is none
/// @param detail the raw text of the server, library or host, empty where there is none
/// @param retryable whether the same may succeed later, unchanged
public record FailureReport(
        Failure.Code code, String message, String hint, String detail, boolean retryable) {
    public FailureReport {
        if (code == Failure.Code.CODE_UNSPECIFIED || code == Failure.Code.UNRECOGNIZED) {
            throw new IllegalArgumentException("a failure needs a code");
        }
    }

    /// A failure that repeating does not cure.
    public static FailureReport of(Failure.Code code, String message, String hint) {
        return new FailureReport(code, message, hint, "", false);
    }

    public FailureReport withDetail(String more) {
        return new FailureReport(code, message, hint, more, retryable);
    }

    public Failure toProto() {
        return Failure.newBuilder()
                .setCode(code)
                .setMessage(message)
                .setHint(hint)
                .setDetail(detail)
                .setRetryable(retryable)
                .build();
    }
}
