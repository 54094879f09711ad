package dev.holdfast.daemon;

import dev.holdfast.daemon.cli.AgentCommand;
import dev.holdfast.daemon.cli.Streams;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Entry point of `holdfast-agent`.
public final class Main {
    private Main() {}

    /// Runs the command line and ends the process with its exit code.
    // a linked runtime without jdk.internal.le has no console where none is attached
    @SuppressWarnings("SystemConsoleNull")
    public static void main(String[] args) {
        Signals.install(Thread.currentThread());
        PrintStream out =
                new PrintStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 14),
                        false,
                        StandardCharsets.UTF_8);
        PrintStream err =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Console console = System.console();
        Streams streams =
                new Streams(
                        System.in,
                        out,
                        err,
                        console != null && console.isTerminal(),
                        System.getenv(),
                        Path.of("").toAbsolutePath());
        int code = AgentCommand.run(streams, args);
        out.flush();
        // threads of libraries must not keep a finished command alive
        System.exit(code);
    }
}
