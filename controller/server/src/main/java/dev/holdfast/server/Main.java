package dev.holdfast.server;

import dev.holdfast.server.file.StateFiles;

import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;

/// The command `holdfast-controller`.
@Command(
        name = "holdfast-controller",
        description = "Manages a fleet of Holdfast agents.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = Main.Serve.class)
public final class Main implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return CommandLine.ExitCode.USAGE;
    }

    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast-controller " + version()};
        }
    }

    @Command(
            name = "serve",
            description = "Runs the controller. Flags override the configuration file.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Serve implements Callable<Integer> {
        @Option(names = "--config", paramLabel = "FILE", description = "controller.toml")
        private @Nullable Path config;

        @Option(
                names = "--state-dir",
                paramLabel = "DIR",
                description = "keys, database and tokens (/var/lib/holdfast-controller)")
        private @Nullable Path stateDir;

        @Option(
                names = "--listen",
                paramLabel = "HOST:PORT",
                description = "address of the port (0.0.0.0:8443); port 0: any free one")
        private @Nullable String listen;

        @Option(
                names = "--advertise",
                paramLabel = "NAME",
                arity = "1..*",
                description = "names and addresses by which agents and operators reach this host")
        private @Nullable List<String> advertise;

        @Option(
                names = "--database",
                paramLabel = "URL",
                description = "JDBC URL (SQLite in the state directory)")
        private @Nullable String database;

        @Option(
                names = "--port-file",
                paramLabel = "FILE",
                description = "file to write the port to when ready")
        private @Nullable Path portFile;

        @Option(names = "--exit-after-start", hidden = true)
        private boolean exitAfterStart;

        @Spec private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
            ControllerConfig effective;
            try {
                effective = effective();
            } catch (ConfigFile.ConfigException | IllegalArgumentException e) {
                err().println("holdfast-controller: " + e.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            Controller controller;
            try {
                controller = Controller.start(effective, version(), InstantSource.system());
            } catch (Exception e) {
                err().println("holdfast-controller: cannot start: " + reason(e));
                return CommandLine.ExitCode.SOFTWARE;
            }
            try (controller) {
                var hook = new Thread(controller::close, "shutdown");
                Runtime.getRuntime().addShutdownHook(hook);
                announce(effective, controller);
                if (exitAfterStart) {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } else {
                    controller.awaitTermination();
                }
            }
            return CommandLine.ExitCode.OK;
        }

        private ControllerConfig effective() throws ConfigFile.ConfigException {
            ControllerConfig effective =
                    config == null ? ControllerConfig.DEFAULT : ConfigFile.read(config);
            if (stateDir != null) {
                effective = effective.withStateDir(stateDir);
            }
            if (listen != null) {
                effective = effective.withListen(listen);
            }
            if (advertise != null) {
                effective = effective.withAdvertise(advertise);
            }
            if (database != null) {
                effective = effective.withDatabaseUrl(database);
            }
            return effective;
        }

        private void announce(ControllerConfig effective, Controller controller) throws Exception {
            String host = effective.listen();
            host = host.substring(0, host.lastIndexOf(':'));
            if (portFile != null) {
                byte[] text = (controller.port() + "\n").getBytes(StandardCharsets.US_ASCII);
                StateFiles.writeReadable(portFile, text);
            }
            PrintWriter out = commandLine().getOut();
            out.printf(
                    "ready: grpc %s:%d, CA %s, operator token in %s%n",
                    host, controller.port(), controller.fingerprint(), controller.operatorToken());
            out.flush();
        }

        private PrintWriter err() {
            return commandLine().getErr();
        }

        private CommandLine commandLine() {
            if (spec == null) {
                throw new IllegalStateException("not called by picocli");
            }
            return spec.commandLine();
        }

        private static String reason(Throwable failure) {
            var text = new StringBuilder(String.valueOf(failure.getMessage()));
            for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
                text.append(": ").append(cause.getMessage());
            }
            return text.toString();
        }
    }
}
