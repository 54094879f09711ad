package dev.holdfast.daemon.cli;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/// Values as people read them; what comes from files and servers is made harmless for a terminal.
final class Text {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Text() {}

    /// Without control characters and marks that turn the direction of text; line ends stay.
    static String safe(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            int type = Character.getType(c);
                            boolean odd =
                                    type == Character.CONTROL
                                            || type == Character.FORMAT
                                            || type == Character.LINE_SEPARATOR
                                            || type == Character.PARAGRAPH_SEPARATOR;
                            if (odd && c != '\n') {
                                out.append(String.format(Locale.ROOT, "\\u%04x", c));
                            } else {
                                out.appendCodePoint(c);
                            }
                        });
        return out.toString();
    }

    static String path(byte[] path) {
        return safe(new String(path, StandardCharsets.UTF_8)).replace("\n", "\\n");
    }

    static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.3f %s", value, UNITS[unit]);
    }

    /// `1:02:03` or `2:03`.
    static String time(Duration duration) {
        long hours = duration.toHours();
        return hours > 0
                ? String.format(
                        Locale.ROOT,
                        "%d:%02d:%02d",
                        hours,
                        duration.toMinutesPart(),
                        duration.toSecondsPart())
                : String.format(
                        Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
