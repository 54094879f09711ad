package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.storage.HostFacts;
import dev.holdfast.daemon.storage.Location;
import dev.holdfast.daemon.storage.PasswordCommand;
import dev.holdfast.daemon.storage.PasswordFile;
import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `holdfast-agent repo`: options that say which repository, and the verbs. The options may stand
/// before or after the verb.
@Command(
        name = "repo",
        mixinStandardHelpOptions = true,
        description = "Works with a repository directly, without a controller.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            InitVerb.class,
            BackupVerb.class,
            SnapshotsVerb.class,
            LsVerb.class,
            RestoreVerb.class,
            CheckVerb.class,
            CatVerb.class
        })
final class RepoCommand implements Runnable {
    @Option(
            names = {"-r", "--repo"},
            paramLabel = "LOCATION",
            scope = ScopeType.INHERIT,
            description =
                    "sftp://[user@]host[:port]/path, sftp:[user@]host:path, or a local path"
                            + " (HOLDFAST_REPOSITORY)")
    private @Nullable String location;

    @Option(
            names = {"-p", "--password-file"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "file with the repository password (HOLDFAST_PASSWORD_FILE)")
    private @Nullable Path passwordFile;

    @Option(
            names = "--password-command",
            paramLabel = "COMMAND",
            scope = ScopeType.INHERIT,
            description = "command that prints the repository password; no shell")
    private @Nullable String passwordCommand;

    @Option(
            names = "-F",
            paramLabel = "CONFIG",
            scope = ScopeType.INHERIT,
            description = "ssh_config to use instead of the user's and the system's, as ssh -F")
    private @Nullable Path sshConfig;

    @Option(
            names = "-o",
            paramLabel = "KEY=VALUE",
            scope = ScopeType.INHERIT,
            description = "ssh_config directive, as ssh -o")
    private List<String> sshOptions = new ArrayList<>();

    @Option(
            names = "--host-key",
            paramLabel = "SHA256:…",
            scope = ScopeType.INHERIT,
            description = "accept this host key only, instead of asking known_hosts")
    private List<String> hostKeys = new ArrayList<>();

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "one JSON object a line, as restic")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "no progress, no summary")
    private boolean quiet;

    @Option(
            names = "--no-lock",
            scope = ScopeType.INHERIT,
            description = "take no lock for reading: for repositories that cannot be written")
    private boolean noLock;

    @Option(
            names = "--retry-lock",
            paramLabel = "DURATION",
            scope = ScopeType.INHERIT,
            converter = DurationText.class,
            description = "wait for a foreign lock, as 5m")
    private Duration retryLock = Duration.ZERO;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Streams streams;
    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();

    RepoCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a verb");
    }

    Streams streams() {
        return streams;
    }

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    boolean noLock() {
        return noLock;
    }

    Duration retryLock() {
        return retryLock;
    }

    InstantSource clock() {
        return clock;
    }

    SecureRandom random() {
        return random;
    }

    ZoneId zone() {
        return ZoneId.systemDefault();
    }

    RepositoryOpener opener() {
        Optional<Path> socket =
                Optional.ofNullable(streams.environment().get("SSH_AUTH_SOCK"))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of);
        return new RepositoryOpener(HostFacts.current(), clock, random, socket);
    }

    StorageAccess access() throws FailureException {
        String text =
                location != null ? location : streams.environment().get("HOLDFAST_REPOSITORY");
        if (text == null || text.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "which repository? -r LOCATION is missing");
        }
        for (String option : sshOptions) {
            if (!option.matches("[A-Za-z0-9]+[ =].*")) {
                throw new ParameterException(
                        spec.commandLine(), "-o " + option + " is not of the form KEY=VALUE");
            }
        }
        return new StorageAccess(
                Location.parse(text), Optional.ofNullable(sshConfig), sshOptions, hostKeys);
    }

    /// From file, command or terminal; the caller closes it.
    Secret password() throws IOException, InterruptedException {
        if (passwordFile != null && passwordCommand != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--password-file and --password-command exclude each other");
        }
        if (passwordCommand != null) return PasswordCommand.run(passwordCommand);
        String named = streams.environment().get("HOLDFAST_PASSWORD_FILE");
        if (passwordFile != null) return PasswordFile.read(passwordFile);
        if (named != null) return PasswordFile.read(Path.of(named));
        Console console = streams.terminal() ? System.console() : null;
        char[] typed = console == null ? null : console.readPassword("repository password: ");
        if (typed == null || typed.length == 0) {
            throw new FailureException(
                    Failure.Code.SECRET_UNAVAILABLE,
                    "no repository password was given",
                    "--password-file FILE or --password-command COMMAND");
        }
        try {
            return Secret.of(typed);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }
}
