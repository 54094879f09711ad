package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.operation.RestoreOperation;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.restorer.ItemFailure;
import dev.holdfast.engine.restorer.Overwrite;
import dev.holdfast.engine.restorer.RestoreListener;
import dev.holdfast.engine.restorer.RestoreOptions;
import dev.holdfast.engine.restorer.RestorePhase;
import dev.holdfast.engine.restorer.RestoreProgress;
import dev.holdfast.engine.restorer.RestoreResult;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// `repo restore`.
@Command(name = "restore", description = "Restores a snapshot or a part of it.")
final class RestoreVerb extends RepoVerb {
    /// What to do with files that are there.
    enum Existing {
        ALWAYS,
        NEVER
    }

    @Parameters(
            paramLabel = "ID[:PATH]",
            description = "id, its beginning, or latest; a path in it whose content is restored")
    private String what = "";

    @Option(
            names = {"-t", "--target"},
            paramLabel = "DIR",
            required = true,
            description = "folder to restore into")
    private Path target = Path.of("");

    @Option(names = "--verify", description = "read back and compare all that was written")
    private boolean verify;

    @Option(
            names = "--overwrite",
            paramLabel = "always|never",
            description = "what to do with files that are there (default: always)")
    private Existing overwrite = Existing.ALWAYS;

    @Option(
            names = "--trusted",
            description = "owners, devices, setuid bits and security attributes too")
    private boolean trusted;

    @Mixin private SnapshotFilterOptions filter = new SnapshotFilterOptions();

    @Override
    ExitCode run() throws IOException, InterruptedException {
        StorageAccess access = repo().access();
        int colon = what.indexOf(':');
        RestoreOptions options =
                RestoreOptions.DEFAULT
                        .withTrusted(trusted)
                        .withVerify(verify)
                        .withOverwrite(
                                switch (overwrite) {
                                    case ALWAYS -> Overwrite.ALWAYS;
                                    case NEVER -> Overwrite.NEVER;
                                });
        RestoreOperation.Request request =
                new RestoreOperation.Request(
                        colon < 0 ? what : what.substring(0, colon),
                        filter.filter(),
                        colon < 0 ? "" : what.substring(colon + 1),
                        target.toAbsolutePath(),
                        options,
                        repo().noLock() ? Optional.empty() : Optional.of(repo().retryLock()));
        StatusLine status =
                new StatusLine(
                        err(),
                        repo().streams().terminal() && !repo().quiet(),
                        Duration.ofMillis(250));
        try (Secret password = repo().password()) {
            RestoreOperation.Outcome outcome =
                    new RestoreOperation(repo().opener(), repo().random())
                            .run(access, password, request, () -> {}, new Listener(status));
            status.clear();
            report(outcome, status.elapsed());
            return outcome.result().complete() ? ExitCode.OK : ExitCode.PARTIAL;
        } finally {
            status.clear();
        }
    }

    private void report(RestoreOperation.Outcome outcome, Duration took) {
        RestoreResult result = outcome.result();
        if (json()) {
            JsonWriter json = Json.message("summary");
            Json.count(json, "seconds_elapsed", took.toSeconds());
            Json.count(json, "total_files", result.files());
            Json.count(json, "files_restored", result.files() - result.filesUnchanged());
            Json.count(json, "files_skipped", result.skipped() + result.filesUnchanged());
            Json.count(json, "total_bytes", result.bytes());
            Json.count(json, "bytes_restored", result.bytes());
            Json.count(json, "files_verified", result.verified());
            Json.count(json, "error_count", result.failureCount());
            json.name("snapshot_id").value(outcome.snapshot().id().toString());
            json.endObject();
            line(out(), json);
            return;
        }
        if (!result.complete()) {
            err().println(result.failureCount() + " items are missing or incomplete, see above");
        }
        if (repo().quiet()) return;
        out().println(
                        "restored snapshot "
                                + outcome.snapshot().id().toString().substring(0, 8)
                                + " to "
                                + target
                                + ": "
                                + result.files()
                                + " files ("
                                + result.filesUnchanged()
                                + " were in place), "
                                + result.directories()
                                + " folders, "
                                + Text.bytes(result.bytes())
                                + " written in "
                                + Text.time(took)
                                + (verify ? ", " + result.verified() + " files verified" : ""));
    }

    /// Tells people or programs how it goes.
    private final class Listener implements RestoreListener {
        private final StatusLine status;

        Listener(StatusLine status) {
            this.status = status;
        }

        @Override
        public void phase(RestorePhase phase) {}

        @Override
        public void progress(RestoreProgress progress) {
            if (!status.due()) return;
            if (!json()) {
                status.show(
                        String.format(
                                "[%s] %d of %d files, %s of %s",
                                Text.time(status.elapsed()),
                                progress.filesDone(),
                                progress.filesTotal(),
                                Text.bytes(progress.bytesDone()),
                                Text.bytes(progress.bytesTotal())));
                return;
            }
            JsonWriter json = Json.message("status");
            Json.count(json, "seconds_elapsed", status.elapsed().toSeconds());
            Json.decimal(
                    json,
                    "percent_done",
                    progress.bytesTotal() == 0
                            ? 0
                            : Math.min(1, (double) progress.bytesDone() / progress.bytesTotal()));
            Json.count(json, "total_files", progress.filesTotal());
            Json.count(json, "files_restored", progress.filesDone());
            Json.count(json, "total_bytes", progress.bytesTotal());
            Json.count(json, "bytes_restored", progress.bytesDone());
            json.endObject();
            line(out(), json);
        }

        @Override
        public void failed(ItemFailure failure) {
            if (json()) {
                JsonWriter json = Json.message("error");
                json.name("error").beginObject();
                json.name("message").value(failure.cause());
                json.endObject();
                json.name("during").value("restore");
                json.name("item").value(failure.path());
                json.endObject();
                line(err(), json);
            } else {
                status.clear();
                err().println("warning: " + Text.safe(failure.toString()));
            }
        }
    }
}
