package dev.holdfast.server.run;

/// Where a run is. See the package for the transitions.
public enum RunState {
    QUEUED,
    LEASED,
    RUNNING,
    UNKNOWN,
    SUCCEEDED,
    SUCCEEDED_WITH_WARNINGS,
    FAILED,
    CANCELLED;

    public boolean isFinal() {
        return switch (this) {
            case QUEUED, LEASED, RUNNING, UNKNOWN -> false;
            case SUCCEEDED, SUCCEEDED_WITH_WARNINGS, FAILED, CANCELLED -> true;
        };
    }

    /// In the agent's hands, as far as is known.
    public boolean isInFlight() {
        return this == LEASED || this == RUNNING || this == UNKNOWN;
    }

    boolean mayBecome(RunState next) {
        return switch (this) {
            case QUEUED -> next != QUEUED && next != UNKNOWN;
            // a lease whose order never arrived is given again
            case LEASED, RUNNING, UNKNOWN -> next != QUEUED;
            case SUCCEEDED, SUCCEEDED_WITH_WARNINGS, FAILED, CANCELLED -> false;
        };
    }
}
