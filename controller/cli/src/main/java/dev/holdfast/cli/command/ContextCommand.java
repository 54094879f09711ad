package dev.holdfast.cli.command;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

import dev.holdfast.cli.context.Contexts;
import dev.holdfast.cli.context.Overrides;
import dev.holdfast.cli.context.ServerAddress;
import dev.holdfast.cli.context.Trust;
import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Table;
import dev.holdfast.proto.v1.Failure;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "context",
        description = "Which controller to talk to: address, CA, file with the operator token.",
        subcommands = {
            ContextCommand.Set.class,
            ContextCommand.Use.class,
            ContextCommand.Names.class,
            ContextCommand.Show.class
        })
final class ContextCommand {
    /// A verb on this operator's own files.
    abstract static class LocalCommand implements Callable<Integer> {
        final Workplace place;

        @Mixin final CommonOptions options = new CommonOptions();

        LocalCommand(Workplace place) {
            this.place = place;
        }

        @Override
        public final Integer call() throws CommandFailure {
            run(
                    place.contexts(),
                    new Output(place.terminal(), options.format, !options.noHeaders, place.zone()));
            return Exit.OK.code();
        }

        abstract void run(Contexts contexts, Output output) throws CommandFailure;
    }

    @Command(
            name = "set",
            description = "Adds or changes a context; the first one is used from then on.")
    static final class Set extends LocalCommand {
        @Parameters(paramLabel = "NAME")
        String name = "";

        Set(Workplace place) {
            super(place);
        }

        @Override
        void run(Contexts contexts, Output output) throws CommandFailure {
            Overrides old =
                    contexts.names().contains(name)
                            ? contexts.get(name)
                            : new Overrides("", "", "", "", "");
            Overrides given =
                    new Overrides(
                            name,
                            options.server,
                            absolute(options.caFile),
                            options.caFingerprint,
                            absolute(options.tokenFile));
            try {
                if (!given.server().isEmpty()) {
                    ServerAddress.parse(given.server());
                }
                if (!given.caFingerprint().isEmpty()) {
                    Trust _ = new Trust.Fingerprint(given.caFingerprint());
                }
            } catch (IllegalArgumentException e) {
                throw CommandFailure.of(
                        Failure.Code.INVALID_ARGUMENT,
                        String.valueOf(e.getMessage()),
                        "holdfast context set --help");
            }
            contexts.set(name, given.orElse(old));
            output.terminal().err().println("context " + name + " is kept");
        }

        private static String absolute(String file) {
            return file.isEmpty() ? "" : Path.of(file).toAbsolutePath().normalize().toString();
        }
    }

    @Command(name = "use", description = "Takes a context for the commands that name none.")
    static final class Use extends LocalCommand {
        @Parameters(paramLabel = "NAME")
        String name = "";

        Use(Workplace place) {
            super(place);
        }

        @Override
        void run(Contexts contexts, Output output) throws CommandFailure {
            contexts.use(name);
            output.terminal().err().println("context " + name + " is in use");
        }
    }

    @Command(name = "list", description = "All contexts; * marks the one in use.")
    static final class Names extends LocalCommand {
        Names(Workplace place) {
            super(place);
        }

        @Override
        void run(Contexts contexts, Output output) throws CommandFailure {
            Table table = new Table("", "CONTEXT", "SERVER");
            ListValue.Builder list = ListValue.newBuilder();
            for (String name : contexts.names()) {
                Overrides values = contexts.get(name);
                table.row(name.equals(contexts.inUse()) ? "*" : "", name, values.server());
                list.addValues(Value.newBuilder().setStructValue(struct(values)));
            }
            Struct all =
                    Struct.newBuilder()
                            .putFields("inUse", text(contexts.inUse()))
                            .putFields("contexts", Value.newBuilder().setListValue(list).build())
                            .build();
            output.show(all, table);
        }
    }

    @Command(name = "show", description = "One context, or the one in use.")
    static final class Show extends LocalCommand {
        @Parameters(arity = "0..1", paramLabel = "NAME")
        Optional<String> name = Optional.empty();

        Show(Workplace place) {
            super(place);
        }

        @Override
        void run(Contexts contexts, Output output) throws CommandFailure {
            String wanted = name.isPresent() ? name.get() : contexts.inUse();
            Overrides values = contexts.get(wanted);
            Table page =
                    new Table("", "")
                            .row("context", values.context())
                            .row("server", values.server())
                            .row("ca", values.caFile() + values.caFingerprint())
                            .row("token file", values.tokenFile());
            output.show(struct(values), page);
        }
    }

    private static Struct struct(Overrides values) {
        return Struct.newBuilder()
                .putFields("name", text(values.context()))
                .putFields("server", text(values.server()))
                .putFields("caFile", text(values.caFile()))
                .putFields("caFingerprint", text(values.caFingerprint()))
                .putFields("tokenFile", text(values.tokenFile()))
                .build();
    }

    private static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }
}
