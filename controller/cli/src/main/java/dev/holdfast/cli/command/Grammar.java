package dev.holdfast.cli.command;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.failure.FailureText;
import dev.holdfast.cli.output.Terminal;
import dev.holdfast.proto.v1.Failure;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The whole command line: parses, runs a verb, turns every failure into text and an exit code.
public final class Grammar {
    private final Workplace place;

    public Grammar(Workplace place) {
        this.place = place;
    }

    /// Returns the exit code.
    public int run(String... arguments) {
        Terminal terminal = place.terminal();
        CommandLine line =
                new CommandLine(new HoldfastCommand(), new WithWorkplace(place))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .registerConverter(Duration.class, new DurationText())
                        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                        .setColorScheme(
                                CommandLine.Help.defaultColorScheme(
                                        terminal.colour()
                                                ? CommandLine.Help.Ansi.ON
                                                : CommandLine.Help.Ansi.OFF))
                        .setParameterExceptionHandler(this::usage)
                        .setExecutionExceptionHandler(this::failed);
        everywhere(line);
        return line.execute(withWaitLimit(arguments));
    }

    /// Every verb has --help; a noun without a verb shows its verbs.
    private static void everywhere(CommandLine line) {
        for (CommandLine sub : line.getSubcommands().values()) {
            sub.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
            everywhere(sub);
        }
        CommandSpec spec = line.getCommandSpec();
        spec.usageMessage().sortOptions(false).showDefaultValues(false);
    }

    /// A bare `--wait` must not take the argument after it for its limit.
    private static String[] withWaitLimit(String[] arguments) {
        String[] clear = arguments.clone();
        for (int i = 0; i < clear.length && !clear[i].equals("--"); i++) {
            if (clear[i].equals("--wait")) {
                clear[i] = "--wait=" + WaitOption.WITHOUT_LIMIT;
            }
        }
        return clear;
    }

    private int usage(ParameterException e, String[] arguments) {
        CommandLine at = e.getCommandLine();
        StringWriter suggestions = new StringWriter();
        UnmatchedArgumentException.printSuggestions(e, new PrintWriter(suggestions, true));
        String more = suggestions.toString().strip();
        String help = at.getCommandSpec().qualifiedName() + " --help";
        FailureText.print(
                place.terminal(),
                Failure.newBuilder()
                        .setCode(Failure.Code.INVALID_ARGUMENT)
                        .setMessage(String.valueOf(e.getMessage()))
                        .setHint(more.isEmpty() ? help : more + "\n" + help)
                        .build());
        return Exit.USAGE.code();
    }

    private int failed(Exception e, CommandLine line, ParseResult parsed) {
        return switch (e) {
            case CommandFailure failure -> {
                FailureText.print(place.terminal(), failure.failure());
                yield failure.exit().code();
            }
            case ParameterException parameter -> usage(parameter, new String[0]);
            case InterruptedException _ -> {
                Thread.currentThread().interrupt();
                yield Exit.INTERRUPTED.code();
            }
            default -> {
                FailureText.print(place.terminal(), fault(e));
                yield Exit.ERROR.code();
            }
        };
    }

    private static Failure fault(Exception e) {
        return Failure.newBuilder()
                .setCode(Failure.Code.INTERNAL)
                .setMessage("this is a fault of holdfast itself: " + e)
                .setHint("please report it with the lines below")
                .setDetail(stack(e))
                .build();
    }

    private static String stack(Exception e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /// Makes verbs with their surroundings.
    private record WithWorkplace(Workplace place) implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1
                        && constructor.getParameterTypes()[0] == Workplace.class) {
                    return type.cast(constructor.newInstance(place));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
