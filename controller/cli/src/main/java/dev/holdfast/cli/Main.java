package dev.holdfast.cli;

import dev.holdfast.cli.command.Grammar;
import dev.holdfast.cli.command.Version;
import dev.holdfast.cli.command.Workplace;
import dev.holdfast.cli.output.Terminal;
import dev.holdfast.cli.rpc.TlsConnector;
import dev.holdfast.cli.run.Interrupts;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.logging.LogManager;

/// Composition root of `holdfast`.
public final class Main {
    private Main() {}

    /// `--version` is answered before anything else is loaded.
    public static void main(String[] arguments) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int exit;
        if (arguments.length == 1
                && (arguments[0].equals("--version") || arguments[0].equals("-V"))) {
            out.println(Version.text());
            exit = 0;
        } else {
            // libraries log what the command itself says better
            LogManager.getLogManager().reset();
            exit = new Grammar(workplace(out, err, System.getenv())).run(arguments);
        }
        out.flush();
        err.flush();
        System.exit(exit);
    }

    private static Workplace workplace(
            PrintStream out, PrintStream err, Map<String, String> environment) {
        // the launcher knows what the streams are; Java would have to load a console for it
        boolean live =
                Boolean.getBoolean("holdfast.live") && !"dumb".equals(environment.get("TERM"));
        boolean colour = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Workplace(
                new Terminal(out, err, live, colour),
                environment,
                folder(environment),
                InstantSource.system(),
                ZoneId.systemDefault(),
                new SecureRandom(),
                new TlsConnector(),
                Main::onInterrupt);
    }

    private static Path folder(Map<String, String> environment) {
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base =
                config.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".config")
                        : Path.of(config);
        return base.resolve("holdfast");
    }

    /// The JVM ends with 130 by itself after SIGINT; the hook only says good-bye.
    private static Interrupts.Guard onInterrupt(Runnable farewell) {
        Thread hook = new Thread(farewell, "farewell");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending: the hook runs or has run
                return;
            }
        };
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
