package dev.holdfast.cli.run;

import dev.holdfast.cli.output.Amounts;
import dev.holdfast.cli.output.PlainText;
import dev.holdfast.cli.output.Terminal;
import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.Run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// Progress of a run on standard error: one line redrawn on a terminal, else a line every few
/// seconds and at each change of state or phase. Not thread-safe.
final class ProgressLine {
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int WIDTH = 100;

    private final Terminal terminal;
    private final InstantSource clock;
    private String shownStep = "";
    private Instant shownAt = Instant.MIN;
    private boolean drawn;

    ProgressLine(Terminal terminal, InstantSource clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    void show(Run run) {
        Instant now = clock.instant();
        String step = step(run);
        if (terminal.live()) {
            terminal.err().print("\r\u001b[K" + cut(text(run, step, now)));
            terminal.err().flush();
            drawn = true;
        } else if (!step.equals(shownStep) || !now.isBefore(shownAt.plus(PAUSE))) {
            terminal.err().println(text(run, step, now));
            shownStep = step;
            shownAt = now;
        }
    }

    /// Ends the redrawn line, so that what follows starts on a line of its own.
    void end() {
        if (drawn) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
            drawn = false;
        }
    }

    private static String step(Run run) {
        if (run.getState() == Run.State.RUNNING && run.getProgress().getPhaseValue() != 0) {
            return run.getProgress().getPhase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
        return run.getState().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(Run run, String step, Instant now) {
        StringBuilder text = new StringBuilder(step);
        if (!run.getReason().isEmpty()) {
            text.append(": ").append(PlainText.line(run.getReason()));
        }
        Progress progress = run.getProgress();
        if (run.getState() == Run.State.RUNNING
                && progress.getFilesDone() + progress.getBytesDone() > 0) {
            text.append("  ").append(amount(progress));
            rate(run, now, text);
            if (progress.getErrors() > 0) {
                text.append("  ").append(progress.getErrors()).append(" unreadable");
            }
            if (progress.getCurrentItemsCount() > 0) {
                text.append("  ").append(PlainText.line(progress.getCurrentItems(0)));
            }
        }
        return text.toString();
    }

    private static String amount(Progress progress) {
        String files =
                progress.getFilesDone()
                        + of(progress.getFilesTotal(), "" + progress.getFilesTotal())
                        + " files";
        String bytes =
                Amounts.bytes(progress.getBytesDone())
                        + of(progress.getBytesTotal(), Amounts.bytes(progress.getBytesTotal()));
        return files + ", " + bytes;
    }

    private static String of(long total, String text) {
        return total > 0 ? " of " + text : "";
    }

    private static void rate(Run run, Instant now, StringBuilder text) {
        if (!run.hasStartedAt()) {
            return;
        }
        Duration took = Duration.between(Amounts.instant(run.getStartedAt()), now);
        Progress progress = run.getProgress();
        long left = progress.getBytesTotal() - progress.getBytesDone();
        if (took.toMillis() < 500 || progress.getBytesDone() == 0) {
            return;
        }
        double perSecond = progress.getBytesDone() * 1000.0 / took.toMillis();
        text.append("  ").append(Amounts.bytes((long) perSecond)).append("/s");
        // an estimate from less than a hundredth of the work would be a guess
        if (left > 0 && progress.getBytesDone() > progress.getBytesTotal() / 100) {
            text.append("  about ")
                    .append(Amounts.duration(Duration.ofSeconds((long) (left / perSecond) + 1)))
                    .append(" left");
        }
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= WIDTH
                ? text
                : text.substring(0, text.offsetByCodePoints(0, WIDTH - 1)) + "…";
    }
}
