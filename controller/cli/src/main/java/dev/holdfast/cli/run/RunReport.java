package dev.holdfast.cli.run;

import dev.holdfast.cli.failure.FailureText;
import dev.holdfast.cli.output.Amounts;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.PlainText;
import dev.holdfast.cli.output.Table;
import dev.holdfast.proto.v1.ItemFailure;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.TaskResult;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/// Runs as people read them: a row in a list, a page of one run, the failures of one that did not
/// do all.
public final class RunReport {
    private static final int ITEMS_SHOWN = 20;

    private final Output output;

    public RunReport(Output output) {
        this.output = output;
    }

    /// The table of a list of runs.
    public Table table(List<Run> runs) {
        Table table =
                new Table("RUN", "KIND", "AGENT", "STORAGE", "STATE", "CREATED", ">TOOK", "RESULT");
        for (Run run : runs) {
            table.row(
                    run.getId(),
                    lower(run.getKind()),
                    run.getAgentName(),
                    run.getStorageName(),
                    lower(run.getState()),
                    Amounts.time(run.getCreatedAt(), output.zone()),
                    took(run),
                    outcome(run));
        }
        return table;
    }

    /// Prints one run: as JSON, or as a page; what failed goes to standard error.
    public void print(Run run) {
        if (output.json()) {
            output.print(run);
        } else {
            page(run, output.zone()).print(output.terminal().out(), false);
        }
        failures(run);
    }

    private Table page(Run run, ZoneId zone) {
        TaskResult result = run.getResult();
        TaskResult.Counts counts = result.getCounts();
        Table page =
                new Table("", "")
                        .row("run", run.getId())
                        .row(
                                "state",
                                lower(run.getState())
                                        + (run.getReason().isEmpty() ? "" : ": " + run.getReason()))
                        .row(
                                "what",
                                lower(run.getKind())
                                        + " on "
                                        + run.getAgentName()
                                        + ", storage "
                                        + run.getStorageName())
                        .row("created", Amounts.time(run.getCreatedAt(), zone));
        if (run.hasStartedAt()) {
            page.row(
                    "started",
                    Amounts.time(run.getStartedAt(), zone)
                            + (took(run).isEmpty() ? "" : ", " + took(run)));
        }
        if (!result.getSnapshotId().isEmpty()) {
            String durability =
                    result.getDurability().isEmpty() ? "" : ", " + result.getDurability();
            String readBack =
                    run.getKind() == Run.Kind.BACKUP ? " (read back" + durability + ")" : "";
            page.row("snapshot", result.getSnapshotId() + readBack);
        }
        if (run.getKind() == Run.Kind.BACKUP && run.hasFinishedAt()) {
            page.row(
                            "files",
                            counts.getFilesNew()
                                    + " new, "
                                    + counts.getFilesChanged()
                                    + " changed, "
                                    + counts.getFilesUnmodified()
                                    + " unmodified; "
                                    + Amounts.bytes(counts.getBytesProcessed())
                                    + " read")
                    .row(
                            "added",
                            Amounts.bytes(counts.getBytesAdded())
                                    + ", stored as "
                                    + Amounts.bytes(counts.getBytesAddedPacked()));
        }
        if (counts.getFilesRestored() > 0) {
            page.row(
                    "restored",
                    counts.getFilesRestored()
                            + " files, "
                            + Amounts.bytes(counts.getBytesRestored()));
        }
        return page;
    }

    private void failures(Run run) {
        TaskResult result = run.getResult();
        int shown = Math.min(ITEMS_SHOWN, result.getFailedItemsCount());
        for (ItemFailure item : result.getFailedItemsList().subList(0, shown)) {
            output.terminal()
                    .err()
                    .println(
                            "warning "
                                    + item.getFailure().getCode()
                                    + ": "
                                    + PlainText.line(item.getItem())
                                    + (item.getDuring().isEmpty()
                                            ? ""
                                            : " (" + PlainText.line(item.getDuring()) + ")")
                                    + ": "
                                    + PlainText.line(item.getFailure().getMessage()));
        }
        if (result.getItemsFailed() > shown) {
            output.terminal()
                    .err()
                    .println(
                            "… "
                                    + result.getItemsFailed()
                                    + " items in all; the first "
                                    + result.getFailedItemsCount()
                                    + " with  holdfast run get -o json "
                                    + run.getId());
        }
        if (result.hasFailure()) {
            FailureText.print(
                    output.terminal(),
                    result.getFailure(),
                    "agent " + run.getAgentName() + ", run " + run.getId());
        }
    }

    private static String outcome(Run run) {
        TaskResult result = run.getResult();
        if (result.hasFailure()) {
            return result.getFailure().getCode().name();
        }
        if (!result.getSnapshotId().isEmpty()) {
            return result.getSnapshotId()
                    .substring(0, Math.min(8, result.getSnapshotId().length()));
        }
        return run.getReason();
    }

    private static String took(Run run) {
        return run.hasStartedAt() && run.hasFinishedAt()
                ? Amounts.duration(
                        Duration.between(
                                Amounts.instant(run.getStartedAt()),
                                Amounts.instant(run.getFinishedAt())))
                : "";
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
