package dev.holdfast.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/// The state machine of runs, as values.
class RunStatusTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private static RunResult result(RunState state) {
        return new RunResult(state, "", "ended", "", NOW, NOW, new byte[0]);
    }

    private static final List<UnaryOperator<RunStatus>> STEPS =
            List.of(
                    status -> status.leased(NOW),
                    status -> status.running(NOW),
                    status -> status.unknown("away"),
                    status -> status.cancelled(NOW),
                    status -> status.finished(result(RunState.SUCCEEDED)),
                    status -> status.finished(result(RunState.FAILED)));

    @ParameterizedTest
    @EnumSource(
            value = RunState.class,
            names = {"SUCCEEDED", "SUCCEEDED_WITH_WARNINGS", "FAILED", "CANCELLED"})
    void aFinalStateIsFinal(RunState state) {
        RunStatus end = RunStatus.queued("").leased(NOW).running(NOW).finished(result(state));
        assertThat(end.state().isFinal()).isTrue();
        for (UnaryOperator<RunStatus> step : STEPS) {
            assertThatThrownBy(() -> step.apply(end)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void noWalkLeavesAFinalStateOrForgetsThatItWasAccepted() {
        for (long seed = 0; seed < 1000; seed++) {
            var random = new Random(seed);
            var walk = new ArrayList<RunStatus>(List.of(RunStatus.queued("")));
            for (int i = 0; i < 20; i++) {
                RunStatus last = walk.getLast();
                try {
                    walk.add(STEPS.get(random.nextInt(STEPS.size())).apply(last));
                } catch (IllegalStateException refused) {
                    continue;
                }
                RunStatus next = walk.getLast();
                assertThat(last.state().isFinal()).as("seed " + seed).isFalse();
                assertThat(next.state()).isNotEqualTo(RunState.QUEUED);
                assertThat(next.isAccepted() || !last.isAccepted()).as("seed " + seed).isTrue();
                assertThat(next.finishedAt().isPresent()).isEqualTo(next.state().isFinal());
            }
        }
    }

    @Test
    void whatNeverLeftCannotBeUnknown() {
        RunStatus queued = RunStatus.queued("");
        assertThatThrownBy(() -> queued.unknown("away")).isInstanceOf(IllegalStateException.class);
    }
}
