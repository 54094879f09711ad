package dev.holdfast.daemon.failure;

import dev.holdfast.proto.v1.Failure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Something this module found out by itself and can name.
public final class FailureException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient FailureReport report;

    public FailureException(FailureReport report, @Nullable Throwable cause) {
        super(report.message(), cause);
        this.report = report;
    }

    public FailureException(Failure.Code code, String message, String hint) {
        this(FailureReport.of(code, message, hint), null);
    }

    public FailureException(
            Failure.Code code, String message, String hint, @Nullable Throwable cause) {
        this(
                FailureReport.of(code, message, hint)
                        .withDetail(cause == null ? "" : Failures.textOf(cause)),
                cause);
    }

    public FailureReport report() {
        return report;
    }
}
