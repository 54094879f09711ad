package dev.holdfast.server.failure;

/// A request that was understood and refused. Message: what, on which object. Hint: the next step.
public final class RequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String hint;
    private final boolean retryable;

    public RequestException(FailureCode code, String message, String hint, boolean retryable) {
        super(message);
        this.code = code;
        this.hint = hint;
        this.retryable = retryable;
    }

    public static RequestException of(FailureCode code, String message, String hint) {
        return new RequestException(code, message, hint, false);
    }

    /// A refusal that may end without the request being changed.
    public static RequestException temporary(FailureCode code, String message, String hint) {
        return new RequestException(code, message, hint, true);
    }

    public static RequestException invalid(String field, String problem) {
        return of(FailureCode.INVALID_ARGUMENT, field + ": " + problem, "correct " + field);
    }

    public FailureCode code() {
        return code;
    }

    public String hint() {
        return hint;
    }

    public boolean retryable() {
        return retryable;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
