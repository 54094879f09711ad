package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.operation.BackupOperation;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.archiver.ArchiveListener;
import dev.holdfast.engine.archiver.ArchiveProgress;
import dev.holdfast.engine.archiver.ArchiveResult;
import dev.holdfast.engine.archiver.ItemOutcome;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.snapshot.SnapshotSummary;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `repo backup`.
@Command(name = "backup", description = "Backs up files and reads the snapshot back.")
final class BackupVerb extends RepoVerb {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "files and folders")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = {"-e", "--exclude"},
            paramLabel = "PATTERN",
            description = "leave out what fits")
    private List<String> excludes = new ArrayList<>();

    @Option(
            names = "--exclude-file",
            paramLabel = "FILE",
            description = "patterns to leave out, one a line")
    private List<Path> excludeFiles = new ArrayList<>();

    @Option(names = "--exclude-caches", description = "leave out what lies beside a CACHEDIR.TAG")
    private boolean excludeCaches;

    @Option(
            names = {"-x", "--one-file-system"},
            description = "stay on the file systems of the paths")
    private boolean oneFileSystem;

    @Option(names = "--tag", paramLabel = "TAG[,TAG]", description = "tags of the snapshot")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = {"-H", "--host"},
            paramLabel = "NAME",
            description = "host name to record")
    private String host = "";

    @Option(names = "--time", paramLabel = "TIME", description = "time of the snapshot")
    private @Nullable String time;

    @Option(names = "--parent", paramLabel = "ID", description = "snapshot to compare with")
    private @Nullable String parent;

    @Option(
            names = {"-f", "--force"},
            description = "read every file, changed or not")
    private boolean force;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    ExitCode run() throws IOException, InterruptedException {
        StorageAccess access = repo().access();
        List<String> patterns = new ArrayList<>(excludes);
        for (Path file : excludeFiles) {
            Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(patterns::add);
        }
        BackupOperation.Request request =
                new BackupOperation.Request(
                        paths.stream().map(path -> path.getBytes(StandardCharsets.UTF_8)).toList(),
                        patterns,
                        tags.stream().flatMap(each -> Arrays.stream(each.split(",", -1))).toList(),
                        host,
                        Optional.ofNullable(parent),
                        time(),
                        force,
                        oneFileSystem,
                        excludeCaches,
                        repo().retryLock());
        StatusLine status =
                new StatusLine(
                        err(),
                        repo().streams().terminal() && !repo().quiet(),
                        Duration.ofMillis(250));
        try (Secret password = repo().password()) {
            BackupOperation.Outcome outcome =
                    new BackupOperation(repo().opener(), repo().clock(), repo().zone())
                            .run(access, password, request, () -> {}, new Listener(status));
            status.clear();
            report(outcome.result(), outcome.durable(), status.elapsed());
            return outcome.result().isComplete() ? ExitCode.OK : ExitCode.PARTIAL;
        } finally {
            status.clear();
        }
    }

    private Optional<Instant> time() {
        if (time == null || time.equals("now")) return Optional.empty();
        try {
            return Optional.of(LocalDateTime.parse(time, TIME).atZone(repo().zone()).toInstant());
        } catch (DateTimeException _) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--time " + time + " is not of the form " + "\"2026-01-31 23:59:59\"");
        }
    }

    private void report(ArchiveResult result, boolean durable, Duration took) {
        if (json()) {
            json(result, took);
            return;
        }
        if (repo().quiet()) return;
        result.snapshot().summary().ifPresent(summary -> text(result, summary, took));
        if (!result.isComplete()) {
            err().println(result.failureCount() + " items are missing or incomplete, see above");
        }
        out().println(
                        "snapshot "
                                + result.id().toString().substring(0, 8)
                                + " saved, read back"
                                + (durable ? ", durable" : ""));
    }

    private void text(ArchiveResult result, SnapshotSummary summary, Duration took) {
        out().printf(
                        "Files:       %5d new, %5d changed, %5d unmodified%n",
                        summary.filesNew(), summary.filesChanged(), summary.filesUnmodified());
        out().printf(
                        "Dirs:        %5d new, %5d changed, %5d unmodified%n",
                        summary.dirsNew(), summary.dirsChanged(), summary.dirsUnmodified());
        out().printf(
                        "Added to the repository: %s (%s stored)%n",
                        Text.bytes(summary.dataAdded()), Text.bytes(summary.dataAddedPacked()));
        out().printf(
                        "processed %d files, %s in %s%n",
                        summary.totalFilesProcessed(),
                        Text.bytes(summary.totalBytesProcessed()),
                        Text.time(took));
        if (result.snapshot().parent().isPresent()) {
            out().println(
                            "compared with snapshot "
                                    + result.snapshot().parent().get().toString().substring(0, 8));
        }
    }

    private void json(ArchiveResult result, Duration took) {
        JsonWriter json = Json.message("summary");
        Optional<SnapshotSummary> summary = result.snapshot().summary();
        if (summary.isPresent()) {
            SnapshotSummary s = summary.get();
            json.name("files_new").unsigned(s.filesNew());
            json.name("files_changed").unsigned(s.filesChanged());
            json.name("files_unmodified").unsigned(s.filesUnmodified());
            json.name("dirs_new").unsigned(s.dirsNew());
            json.name("dirs_changed").unsigned(s.dirsChanged());
            json.name("dirs_unmodified").unsigned(s.dirsUnmodified());
            json.name("data_blobs").unsigned(s.dataBlobs());
            json.name("tree_blobs").unsigned(s.treeBlobs());
            json.name("data_added").unsigned(s.dataAdded());
            json.name("data_added_packed").unsigned(s.dataAddedPacked());
            json.name("total_files_processed").unsigned(s.totalFilesProcessed());
            json.name("total_bytes_processed").unsigned(s.totalBytesProcessed());
            Json.decimal(json, "total_duration", took.toNanos() / 1e9);
            json.name("backup_start").time(s.backupStart());
            json.name("backup_end").time(s.backupEnd());
        }
        json.name("snapshot_id").value(result.id().toString());
        json.endObject();
        line(out(), json);
    }

    /// Tells people or programs how it goes.
    private final class Listener implements ArchiveListener {
        private final StatusLine status;

        Listener(StatusLine status) {
            this.status = status;
        }

        @Override
        public void progress(ArchiveProgress progress) {
            if (!status.due()) return;
            if (json()) {
                line(out(), status(progress));
            } else {
                status.show(
                        String.format(
                                "[%s] %d files, %s, %d errors  %s",
                                Text.time(status.elapsed()),
                                progress.files(),
                                Text.bytes(progress.bytes()),
                                progress.failures(),
                                Text.safe(progress.current())));
            }
        }

        private JsonWriter status(ArchiveProgress progress) {
            JsonWriter json = Json.message("status");
            long seconds = status.elapsed().toSeconds();
            Json.count(json, "seconds_elapsed", seconds);
            long expected = Math.max(progress.bytesExpected(), progress.bytes());
            Json.decimal(
                    json,
                    "percent_done",
                    progress.bytesExpected() == 0
                            ? 0
                            : Math.min(1, (double) progress.bytes() / expected));
            Json.count(json, "total_files", progress.filesExpected());
            Json.count(json, "files_done", progress.files());
            Json.count(json, "total_bytes", progress.bytesExpected());
            Json.count(json, "bytes_done", progress.bytes());
            Json.count(json, "error_count", progress.failures());
            if (!progress.current().isEmpty()) {
                json.name("current_files").beginArray().value(progress.current()).endArray();
            }
            json.endObject();
            return json;
        }

        @Override
        public void item(ItemOutcome outcome) {
            if (json()) {
                JsonWriter json = Json.message("error");
                json.name("error").beginObject();
                json.name("message").value(outcome.message());
                json.endObject();
                json.name("during").value("archival");
                json.name("item").value(outcome.path());
                json.endObject();
                line(err(), json);
            } else {
                status.clear();
                err().println("warning: " + Text.safe(named(outcome)));
            }
        }

        /// What the system refused names its object already; the rest must not stay anonymous.
        private static String named(ItemOutcome outcome) {
            String message = outcome.message();
            return message.contains(outcome.path()) ? message : outcome.path() + ": " + message;
        }
    }
}
