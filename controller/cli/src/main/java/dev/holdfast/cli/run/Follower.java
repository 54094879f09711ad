package dev.holdfast.cli.run;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.output.Terminal;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.proto.v1.GetRunRequest;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.RunsGrpc.RunsBlockingStub;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Follows a run until it is final, over controllers that go away and come back.
public final class Follower {
    /// How long a controller may be out of reach before following gives up.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Controller controller;
    private final Terminal terminal;
    private final InstantSource clock;
    private final Interrupts interrupts;

    public Follower(
            Controller controller, Terminal terminal, InstantSource clock, Interrupts interrupts) {
        this.controller = controller;
        this.terminal = terminal;
        this.clock = clock;
        this.interrupts = interrupts;
    }

    /// Returns the run in its final state, or as it was when `limit` was over.
    public Run follow(Run start, Optional<Duration> limit)
            throws CommandFailure, InterruptedException {
        ProgressLine line = new ProgressLine(terminal, clock);
        Optional<Instant> end = limit.map(l -> clock.instant().plus(l));
        Watch watch = new Watch(start, line);
        try (Interrupts.Guard _ = interrupts.during(() -> detach(line, start.getId()))) {
            line.show(start);
            Instant answeredAt = clock.instant();
            while (!isFinal(watch.last) && end.map(clock.instant()::isBefore).orElse(true)) {
                try {
                    watch.once(end);
                    answeredAt = clock.instant();
                } catch (CommandFailure e) {
                    answeredAt = watch.answered ? clock.instant() : answeredAt;
                    boolean over = end.map(t -> !clock.instant().isBefore(t)).orElse(false);
                    if (!over
                            && (!transientFailure(e)
                                    || clock.instant().isAfter(answeredAt.plus(PATIENCE)))) {
                        throw e;
                    }
                }
                if (!isFinal(watch.last)) {
                    TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
                }
            }
        } finally {
            line.end();
        }
        return watch.last;
    }

    private void detach(ProgressLine line, String id) {
        line.end();
        terminal.err().println("no longer watching; the run goes on:  holdfast run watch " + id);
        terminal.err().flush();
    }

    private static boolean transientFailure(CommandFailure e) {
        return switch (e.failure().getCode()) {
            case CONNECTION_REFUSED, CONNECTION_LOST, TIMEOUT -> true;
            default -> false;
        };
    }

    private static boolean isFinal(Run run) {
        return switch (run.getState()) {
            case SUCCEEDED, SUCCEEDED_WITH_WARNINGS, FAILED, CANCELLED -> true;
            case QUEUED, LEASED, RUNNING, UNKNOWN, STATE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    /// The stream of one connection, and what was last seen over all of them.
    private final class Watch {
        private final ProgressLine line;
        private Run last;
        private boolean answered;

        private Watch(Run start, ProgressLine line) {
            this.last = start;
            this.line = line;
        }

        private void once(Optional<Instant> end) throws CommandFailure {
            answered = false;
            GetRunRequest request = GetRunRequest.newBuilder().setRun(last.getId()).build();
            controller.stream(
                    channel -> {
                        RunsBlockingStub stub = RunsGrpc.newBlockingStub(channel);
                        return end.map(t -> stub.withDeadlineAfter(left(t), TimeUnit.MILLISECONDS))
                                .orElse(stub)
                                .watchRun(request);
                    },
                    run -> {
                        answered = true;
                        last = run;
                        if (!isFinal(run)) {
                            line.show(run);
                        }
                    });
        }

        private long left(Instant end) {
            return Math.max(1, Duration.between(clock.instant(), end).toMillis());
        }
    }
}
