package dev.holdfast.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.Optional;

/// `--wait` and `--wait=30m`.
final class WaitOption {
    /// What a bare `--wait` stands for; `Grammar` puts it in place, so that no argument after it is
    /// taken for a limit.
    static final String WITHOUT_LIMIT = "until-done";

    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = WITHOUT_LIMIT,
            converter = Limit.class,
            paramLabel = "DURATION",
            description =
                    "Follow the run and end with its exit code; 8 if it is not done after"
                            + " DURATION.")
    Duration limit = Duration.ZERO;

    boolean asked() {
        return !limit.isZero();
    }

    Optional<Duration> limit() {
        return limit.equals(NEVER) ? Optional.empty() : Optional.of(limit);
    }

    static final class Limit implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return text.equals(WITHOUT_LIMIT) ? NEVER : DurationText.parse(text);
        }
    }
}
