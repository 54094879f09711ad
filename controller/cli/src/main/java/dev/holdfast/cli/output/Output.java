package dev.holdfast.cli.output;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

import java.time.ZoneId;

/// How one command shows its result: a table, or JSON after the protobuf mapping with every field
/// present.
public final class Output {
    /// What a person asks for with `-o`.
    public enum Format {
        TABLE,
        JSON
    }

    private final Terminal terminal;
    private final Format format;
    private final boolean headers;
    private final ZoneId zone;

    public Output(Terminal terminal, Format format, boolean headers, ZoneId zone) {
        this.terminal = terminal;
        this.format = format;
        this.headers = headers;
        this.zone = zone;
    }

    public Terminal terminal() {
        return terminal;
    }

    public ZoneId zone() {
        return zone;
    }

    public boolean json() {
        return format == Format.JSON;
    }

    /// Prints `message` in JSON mode, else `table`.
    public void show(Message message, Table table) {
        if (json()) {
            print(message);
        } else {
            table.print(terminal.out(), headers);
        }
    }

    public void print(MessageOrBuilder message) {
        terminal.out().println(jsonOf(message, false));
    }

    /// Prints a list that is too long to hold: `array` is opened, filled and closed.
    public JsonArray array(String name) {
        return new JsonArray(name);
    }

    private static String jsonOf(MessageOrBuilder message, boolean oneLine) {
        JsonFormat.Printer printer = JsonFormat.printer().alwaysPrintFieldsWithNoPresence();
        try {
            return (oneLine ? printer.omittingInsignificantWhitespace() : printer).print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("message without JSON form", e);
        }
    }

    /// `{"name": [` … `]}`, one element a line.
    public final class JsonArray implements AutoCloseable {
        private boolean first = true;

        private JsonArray(String name) {
            terminal.out().print("{\"" + name + "\": [");
        }

        public void add(MessageOrBuilder element) {
            terminal.out().print((first ? "\n" : ",\n") + jsonOf(element, true));
            first = false;
        }

        @Override
        public void close() {
            terminal.out().println(first ? "]}" : "\n]}");
        }
    }
}
