package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.Optional;

/// `repo init`.
@Command(name = "init", description = "Makes a new repository, never over one that is there.")
final class InitVerb extends RepoVerb {
    @Option(
            names = "--repository-version",
            paramLabel = "VERSION",
            description = "version of the format: 2 (default), 1, latest or stable")
    private String version = "2";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    ExitCode run() throws IOException, InterruptedException {
        int number =
                switch (version) {
                    case "2", "latest", "stable" -> 2;
                    case "1" -> 1;
                    default ->
                            throw new ParameterException(
                                    spec.commandLine(), "no version of the format: " + version);
                };
        StorageAccess access = repo().access();
        RepositoryOptions options =
                new RepositoryOptions(number, Optional.empty(), ScryptParameters.DEFAULT);
        try (Secret password = repo().password();
                Repository repository = repo().opener().init(access, password, options)) {
            String id = repository.config().id();
            if (json()) {
                JsonWriter json = new JsonWriter();
                json.beginObject();
                json.name("message_type").value("initialized");
                json.name("id").value(id);
                json.name("repository").value(repository.backend().location());
                json.endObject();
                line(out(), json);
            } else if (!repo().quiet()) {
                out().println(
                                "created repository "
                                        + id
                                        + " at "
                                        + repository.backend().location());
                out().println("Keep the password: without it the data is lost for good.");
            }
        }
        return ExitCode.OK;
    }
}
