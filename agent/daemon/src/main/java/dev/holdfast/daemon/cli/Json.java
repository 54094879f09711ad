package dev.holdfast.daemon.cli;

import dev.holdfast.engine.json.JsonWriter;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Pieces of restic's JSON output (repository format, section 23).
final class Json {
    private Json() {}

    static JsonWriter message(String type) {
        JsonWriter json = new JsonWriter();
        json.beginObject();
        json.name("message_type").value(type);
        return json;
    }

    /// A key that is left out where it is zero.
    static void count(JsonWriter json, String name, long value) {
        if (value != 0) json.name(name).unsigned(value);
    }

    static void decimal(JsonWriter json, String name, double value) {
        String text = String.format(Locale.ROOT, "%.9g", value);
        json.name(name).raw(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Reads well: two spaces a level, as Go's `MarshalIndent`.
    static String indented(byte[] compact) {
        String text = new String(compact, StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(text.length() * 2);
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inString) {
                out.append(c);
                if (c == '\\') {
                    out.append(text.charAt(++i));
                } else if (c == '"') {
                    inString = false;
                }
                continue;
            }
            switch (c) {
                case '"' -> {
                    inString = true;
                    out.append(c);
                }
                case '{', '[' -> {
                    out.append(c);
                    char closing = c == '{' ? '}' : ']';
                    if (i + 1 < text.length() && text.charAt(i + 1) == closing) {
                        out.append(closing);
                        i++;
                    } else {
                        newLine(out, ++depth);
                    }
                }
                case '}', ']' -> {
                    newLine(out, --depth);
                    out.append(c);
                }
                case ',' -> {
                    out.append(c);
                    newLine(out, depth);
                }
                case ':' -> out.append(": ");
                case ' ', '\n', '\r', '\t' -> {}
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static void newLine(StringBuilder out, int depth) {
        out.append('\n').append("  ".repeat(Math.max(0, depth)));
    }
}
