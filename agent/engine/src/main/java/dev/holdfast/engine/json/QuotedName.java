package dev.holdfast.engine.json;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;

/// The quoting of file names in trees: Go's double-quoted form without the quotes, so that names of
/// any bytes become text (repository format, section 11.5). JSON escapes the result once more.
public final class QuotedName {
    private static final String NAMED = "abfnrtv\\\"";
    private static final String NAMED_BYTES = "\u0007\b\f\n\r\t\u000b\\\"";

    /// First and last code points of the ranges that stay raw, in order.
    private static final int[] PRINTABLE = printableRanges();

    private QuotedName() {}

    /// The quoted form of a name.
    public static byte[] quote(byte[] name) {
        if (isPlain(name)) {
            return name.clone();
        }
        byte[] quoted = new byte[10 * name.length]; // at most \U0010ffff for four, \xff for one
        int size = 0;
        for (int at = 0; at < name.length; ) {
            int point = Utf8.decode(name, at, name.length);
            int length = point < 0 ? 1 : Utf8.length(point);
            if (point < 0) {
                size = escape(quoted, size, 'x', name[at] & 0xff, 2);
            } else if (NAMED_BYTES.indexOf(point) >= 0) {
                quoted[size++] = '\\';
                quoted[size++] = (byte) NAMED.charAt(NAMED_BYTES.indexOf(point));
            } else if (isPrintable(point)) {
                System.arraycopy(name, at, quoted, size, length);
                size += length;
            } else if (point < 0x80) {
                size = escape(quoted, size, 'x', point, 2);
            } else if (point < 0x10000) {
                size = escape(quoted, size, 'u', point, 4);
            } else {
                size = escape(quoted, size, 'U', point, 8);
            }
            at += length;
        }
        return Arrays.copyOf(quoted, size);
    }

    /// The name of a quoted form.
    public static byte[] unquote(String quoted) throws JsonException {
        return unquote(quoted.getBytes(StandardCharsets.UTF_8));
    }

    /// The name of a quoted form, given as UTF-8.
    public static byte[] unquote(byte[] quoted) throws JsonException {
        byte[] name = new byte[quoted.length];
        int size = 0;
        for (int at = 0; at < quoted.length; ) {
            if (quoted[at] == '\\') {
                Escape escape = escapeAt(quoted, at + 1);
                if (escape.isByte) {
                    name[size++] = (byte) escape.value;
                } else {
                    size = Utf8.encode(escape.value, name, size);
                }
                at = escape.end;
                continue;
            }
            int point = Utf8.decode(quoted, at, quoted.length);
            if (point < 0 || point == '"' || point == '\n') {
                throw malformed(quoted);
            }
            int length = Utf8.length(point);
            System.arraycopy(quoted, at, name, size, length);
            size += length;
            at += length;
        }
        return Arrays.copyOf(name, size);
    }

    /// Whether a code point stays raw; `"` and `\` do not.
    static boolean isPrintable(int point) {
        if (point < 0x7f) {
            return point >= 0x20 && point != '"' && point != '\\';
        }
        int found = Arrays.binarySearch(PRINTABLE, point);
        return found >= 0 || (-found - 1) % 2 == 1; // on an end, or between a first and its last
    }

    private static boolean isPlain(byte[] name) {
        for (byte b : name) {
            if (b < 0x20 || b == 0x7f || b == '"' || b == '\\') {
                return false;
            }
        }
        return true;
    }

    private static int escape(byte[] target, int at, char kind, int value, int digits) {
        target[at] = '\\';
        target[at + 1] = (byte) kind;
        int end = at + 2 + digits;
        for (int i = end - 1, rest = value; i >= at + 2; i--, rest >>>= 4) {
            target[i] = (byte) HexFormat.of().toLowHexDigit(rest);
        }
        return end;
    }

    private static Escape escapeAt(byte[] quoted, int at) throws JsonException {
        int kind = at < quoted.length ? quoted[at] : -1;
        int named = kind < 0 ? -1 : NAMED.indexOf(kind);
        if (named >= 0) {
            return new Escape(true, NAMED_BYTES.charAt(named), at + 1);
        }
        return switch (kind) {
            case 'x' -> new Escape(true, number(quoted, at + 1, 2, 16), at + 3);
            case 'u' -> new Escape(false, point(quoted, at + 1, 4), at + 5);
            case 'U' -> new Escape(false, point(quoted, at + 1, 8), at + 9);
            case '0', '1', '2', '3' -> new Escape(true, number(quoted, at, 3, 8), at + 3);
            default -> throw malformed(quoted);
        };
    }

    private static int point(byte[] quoted, int at, int digits) throws JsonException {
        int point = number(quoted, at, digits, 16);
        if (!Utf8.isScalar(point)) {
            throw malformed(quoted);
        }
        return point;
    }

    private static int number(byte[] quoted, int at, int digits, int radix) throws JsonException {
        if (quoted.length - at < digits) {
            throw malformed(quoted);
        }
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = quoted[i] < 0 ? -1 : Character.digit(quoted[i], radix);
            if (digit < 0) {
                throw malformed(quoted);
            }
            value = value * radix + digit;
        }
        return value;
    }

    private static JsonException malformed(byte[] quoted) {
        int shown = Math.min(quoted.length, 64);
        String start = new String(quoted, 0, shown, StandardCharsets.UTF_8);
        return new JsonException("not a quoted name: " + start, -1);
    }

    private static int[] printableRanges() {
        try (InputStream in = QuotedName.class.getResourceAsStream("printable.txt")) {
            if (in == null) {
                throw new IllegalStateException("printable.txt is missing from the engine's jar");
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMapToInt(
                            line -> {
                                int dash = line.indexOf('-');
                                int first = HexFormat.fromHexDigits(line, 0, dash);
                                int last = HexFormat.fromHexDigits(line, dash + 1, line.length());
                                return IntStream.of(first, last);
                            })
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What an escape stands for: a byte or a code point, and the index behind it.
    private record Escape(boolean isByte, int value, int end) {}
}
