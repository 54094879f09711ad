package dev.holdfast.server.run;

import java.time.Instant;
import java.util.Optional;

/// How far a run is: the state machine, as values. Each step checks that it is allowed.
///
/// `startedAt` is set once the agent said that the order is in its journal; from then on only the
/// agent knows what became of it.
public record RunStatus(
        RunState state,
        String reason,
        boolean cancelRequested,
        Optional<Instant> leasedAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        String failureCode,
        String snapshotId,
        Optional<byte[]> result) {
    static RunStatus queued(String reason) {
        return new RunStatus(
                RunState.QUEUED,
                reason,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                "",
                Optional.empty());
    }

    boolean isAccepted() {
        return startedAt.isPresent();
    }

    RunStatus waiting(String why) {
        return copy(state, why, cancelRequested, leasedAt, startedAt);
    }

    RunStatus leased(Instant now) {
        check(RunState.LEASED);
        return copy(
                RunState.LEASED,
                "",
                cancelRequested,
                leasedAt.isPresent() ? leasedAt : Optional.of(now),
                startedAt);
    }

    RunStatus running(Instant at) {
        check(RunState.RUNNING);
        return copy(
                RunState.RUNNING,
                "",
                cancelRequested,
                leasedAt.isPresent() ? leasedAt : Optional.of(at),
                startedAt.isPresent() ? startedAt : Optional.of(at));
    }

    RunStatus unknown(String why) {
        check(RunState.UNKNOWN);
        return copy(RunState.UNKNOWN, why, cancelRequested, leasedAt, startedAt);
    }

    RunStatus cancelWanted() {
        return copy(state, reason, true, leasedAt, startedAt);
    }

    /// Ended by us before the agent began, or where the agent can never report again.
    RunStatus cancelled(Instant now) {
        check(RunState.CANCELLED);
        return new RunStatus(
                RunState.CANCELLED,
                "",
                true,
                leasedAt,
                startedAt,
                Optional.of(now),
                "CANCELLED",
                "",
                Optional.empty());
    }

    RunStatus finished(RunResult end) {
        check(end.state());
        return new RunStatus(
                end.state(),
                "",
                cancelRequested,
                leasedAt,
                startedAt.isPresent() ? startedAt : Optional.of(end.startedAt()),
                Optional.of(end.finishedAt()),
                end.failureCode(),
                end.snapshotId(),
                Optional.of(end.document()));
    }

    private RunStatus copy(
            RunState next,
            String why,
            boolean cancel,
            Optional<Instant> leased,
            Optional<Instant> started) {
        return new RunStatus(
                next, why, cancel, leased, started, finishedAt, failureCode, snapshotId, result);
    }

    private void check(RunState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("a run that is " + state + " cannot become " + next);
        }
    }
}
