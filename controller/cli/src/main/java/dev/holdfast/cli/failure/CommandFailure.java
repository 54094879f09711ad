package dev.holdfast.cli.failure;

import dev.holdfast.proto.v1.Failure;

/// A command that did not do what was asked.
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Failure failure;

    public CommandFailure(Failure failure) {
        super(failure.getMessage());
        this.failure = failure;
    }

    public CommandFailure(Failure failure, Throwable cause) {
        super(failure.getMessage(), cause);
        this.failure = failure;
    }

    public static CommandFailure of(Failure.Code code, String message, String hint) {
        return new CommandFailure(
                Failure.newBuilder().setCode(code).setMessage(message).setHint(hint).build());
    }

    /// A failure of this machine, with the cause's own words as detail.
    public static CommandFailure of(
            Failure.Code code, String message, String hint, Throwable cause) {
        return new CommandFailure(
                Failure.newBuilder()
                        .setCode(code)
                        .setMessage(message)
                        .setHint(hint)
                        .setDetail(cause.toString())
                        .build(),
                cause);
    }

    public Failure failure() {
        return failure;
    }

    public Exit exit() {
        return Exit.of(failure.getCode());
    }
}
