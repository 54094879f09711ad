package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.snapshot.Snapshot;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.engine.snapshot.Snapshots;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;

/// `repo snapshots`.
@Command(name = "snapshots", description = "Lists snapshots, oldest first.")
final class SnapshotsVerb extends RepoVerb {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Mixin private SnapshotFilterOptions filter = new SnapshotFilterOptions();

    @Override
    ExitCode run() throws IOException, InterruptedException {
        return reading(this::list);
    }

    private ExitCode list(Repository repository) throws IOException, InterruptedException {
        SnapshotFilter wanted = filter.filter();
        List<SnapshotFile> files =
                new Snapshots(repository)
                        .all().stream().filter(file -> wanted.matches(file.snapshot())).toList();
        if (json()) {
            JsonWriter json = new JsonWriter();
            json.beginArray();
            for (SnapshotFile file : files) {
                json.raw(withIds(file));
            }
            json.endArray();
            line(out(), json);
        } else {
            table(files);
        }
        return ExitCode.OK;
    }

    /// The snapshot as it is stored, then `id` and `short_id`.
    static byte[] withIds(SnapshotFile file) {
        byte[] stored = file.snapshot().toJson();
        String id = file.id().toString();
        String more = ",\"id\":\"" + id + "\",\"short_id\":\"" + id.substring(0, 8) + "\"}";
        byte[] tail = more.getBytes(StandardCharsets.US_ASCII);
        byte[] json = Arrays.copyOf(stored, stored.length - 1 + tail.length);
        System.arraycopy(tail, 0, json, stored.length - 1, tail.length);
        return json;
    }

    private void table(List<SnapshotFile> files) {
        int width = 4;
        for (SnapshotFile file : files) {
            width = Math.max(width, Text.safe(file.snapshot().hostname()).length());
        }
        String format = "%-8s  %-19s  %-" + width + "s  %-12s  %s%n";
        out().printf(format, "ID", "Time", "Host", "Tags", "Paths");
        for (SnapshotFile file : files) {
            Snapshot snapshot = file.snapshot();
            out().printf(
                            format,
                            file.id().toString().substring(0, 8),
                            TIME.format(snapshot.time().instant().atZone(repo().zone())),
                            Text.safe(snapshot.hostname()),
                            Text.safe(String.join(",", snapshot.tags())),
                            Text.safe(String.join(" ", snapshot.paths())));
        }
        out().println(files.size() + " snapshots");
    }
}
