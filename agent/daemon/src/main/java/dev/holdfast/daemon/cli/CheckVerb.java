package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.maintenance.Check;
import dev.holdfast.engine.maintenance.CheckFinding;
import dev.holdfast.engine.maintenance.CheckListener;
import dev.holdfast.engine.maintenance.CheckOptions;
import dev.holdfast.engine.maintenance.CheckProgress;
import dev.holdfast.engine.maintenance.CheckReport;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryLock;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/// `repo check`.
@Command(name = "check", description = "Checks that all snapshots can be restored.")
final class CheckVerb extends RepoVerb {
    @Option(names = "--read-data", description = "read every byte of every pack")
    private boolean readData;

    @Override
    ExitCode run() throws IOException, InterruptedException {
        StorageAccess access = repo().access();
        try (Secret password = repo().password();
                Repository repository = repo().opener().open(access, password)) {
            if (repo().noLock()) return check(repository);
            try (RepositoryLock lock =
                    repository.lock(RepositoryLock.Mode.EXCLUSIVE, repo().retryLock())) {
                ExitCode code = check(repository);
                lock.throwIfLost();
                return code;
            }
        }
    }

    private ExitCode check(Repository repository) throws IOException, InterruptedException {
        StatusLine status =
                new StatusLine(
                        err(),
                        repo().streams().terminal() && !repo().quiet() && !json(),
                        Duration.ofMillis(250));
        try {
            CheckReport report =
                    new Check(repository, new Listener(status)).run(new CheckOptions(readData));
            status.clear();
            print(report);
            return report.clean() ? ExitCode.OK : ExitCode.ERROR;
        } finally {
            status.clear();
        }
    }

    private void print(CheckReport report) {
        if (json()) {
            JsonWriter json = Json.message("summary");
            json.name("num_errors").unsigned(report.errorCount());
            json.name("num_hints").unsigned(report.hintCount());
            json.name("snapshots").unsigned(report.snapshots());
            json.name("trees").unsigned(report.trees());
            json.name("packs").unsigned(report.packs());
            json.name("packs_read").unsigned(report.packsRead());
            json.name("blobs_read").unsigned(report.blobsRead());
            json.name("bytes_read").unsigned(report.bytesRead());
            json.endObject();
            line(out(), json);
            return;
        }
        for (CheckFinding hint : report.hints()) {
            err().println("note: " + Text.safe(hint.toString()));
        }
        if (repo().quiet()) return;
        out().println(
                        "read "
                                + report.snapshots()
                                + " snapshots and "
                                + report.trees()
                                + " trees; compared presence and size of "
                                + report.packs()
                                + " packs; read "
                                + report.packsRead()
                                + " packs ("
                                + Text.bytes(report.bytesRead())
                                + ", "
                                + report.blobsRead()
                                + " blobs)");
        out().println(
                        report.clean()
                                ? "no errors were found"
                                : report.errorCount() + " errors were found");
    }

    /// Errors as they are found.
    private final class Listener implements CheckListener {
        private final StatusLine status;

        Listener(StatusLine status) {
            this.status = status;
        }

        @Override
        public void progress(CheckProgress progress) {
            if (!status.due()) return;
            status.show(
                    String.format(
                            "[%s] %s: %d of %d, %s, %d errors",
                            Text.time(status.elapsed()),
                            progress.phase().name().toLowerCase(Locale.ROOT),
                            progress.done(),
                            progress.total(),
                            Text.bytes(progress.bytes()),
                            progress.errors()));
        }

        @Override
        public void error(CheckFinding error) {
            if (json()) {
                JsonWriter json = Json.message("error");
                json.name("message").value(error.toString());
                json.endObject();
                line(err(), json);
            } else {
                status.clear();
                err().println("error: " + Text.safe(error.toString()));
            }
        }
    }
}
