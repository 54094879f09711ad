package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.operation.Version;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// The root of `holdfast-agent`.
@Command(
        name = "holdfast-agent",
        mixinStandardHelpOptions = true,
        versionProvider = AgentCommand.VersionText.class,
        description = "Backs up this host. Its own keys and its own rules decide.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            EnrollCommand.class,
            RunCommand.class,
            StatusCommand.class,
            RepoCommand.class,
            SelftestCommand.class
        })
public final class AgentCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /// Runs one command line to its end.
    ///
    /// @return the exit code
    public static int run(Streams streams, String... args) {
        CommandLine line = new CommandLine(new AgentCommand(), new Factory(streams));
        line.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(new ErrorOutput(streams));
        int code = line.execute(args);
        streams.out().flush();
        return code;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }

    /// `holdfast-agent 0.1.0 (java 25.0.1)`.
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "holdfast-agent "
                        + Version.number()
                        + " (java "
                        + System.getProperty("java.version")
                        + ")"
            };
        }
    }

    /// Gives each command the streams it writes to.
    private record Factory(Streams streams) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type == EnrollCommand.class) return type.cast(new EnrollCommand(streams));
            if (type == RunCommand.class) return type.cast(new RunCommand(streams));
            if (type == StatusCommand.class) return type.cast(new StatusCommand(streams));
            if (type == RepoCommand.class) return type.cast(new RepoCommand(streams));
            if (type == SelftestCommand.class) return type.cast(new SelftestCommand(streams));
            return CommandLine.defaultFactory().create(type);
        }
    }
}
