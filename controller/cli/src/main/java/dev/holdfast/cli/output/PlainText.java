package dev.holdfast.cli.output;

/// Text from outside made harmless for a terminal: control and format characters become visible
/// escapes.
public final class PlainText {
    private PlainText() {}

    /// One line: line breaks are escaped too.
    public static String line(String text) {
        return escape(text, false);
    }

    /// Several lines: line feeds and tabs stay.
    public static String block(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean keepLines) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(out, point, keepLines));
        return out.toString();
    }

    private static void append(StringBuilder out, int point, boolean keepLines) {
        if (keepLines && (point == '\n' || point == '\t')) {
            out.appendCodePoint(point);
            return;
        }
        switch (point) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (harmless(point)) {
                    out.appendCodePoint(point);
                } else if (point < 0x100) {
                    out.append("\\x%02x".formatted(point));
                } else {
                    out.append("\\u{%x}".formatted(point));
                }
            }
        }
    }

    /// Format characters include the ones that turn the direction of writing.
    private static boolean harmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }
}
