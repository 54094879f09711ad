package dev.holdfast.cli.command;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.Optional;

/// `--wait` and `--wait=30m`.
final class WaitOption {
    /// What a bare `--wait` stands for; `Grammar` puts it in place, so that no argument after it is
    /// taken for a limit.
    static final String WITHOUT_LIMIT = "until-done";

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = WITHOUT_LIMIT,
            paramLabel = "DURATION",
            description =
                    "Follow the run and end with its exit code; 8 if it is not done after"
                            + " DURATION.")
    String text = "";

    boolean asked() {
        return !text.isEmpty();
    }

    Optional<Duration> limit() {
        return text.equals(WITHOUT_LIMIT)
                ? Optional.empty()
                : Optional.of(DurationText.parse(text));
    }
}
