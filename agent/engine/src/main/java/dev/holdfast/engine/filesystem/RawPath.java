package dev.holdfast.engine.filesystem;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Paths as bytes: joining, splitting, cleaning, and showing them to people.
public final class RawPath {
    private static final byte[] ROOT = {'/'};
    private static final String HEX = "0123456789abcdef";

    private RawPath() {}

    /// The bytes of a path of the JDK, exact also for names that are not UTF-8.
    public static byte[] of(Path path) {
        // toString loses bytes; the URI has them percent-encoded, and a final slash for directories
        byte[] uri = path.toUri().getRawPath().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(uri.length);
        for (int i = 0; i < uri.length; i++) {
            if (uri[i] == '%') {
                bytes.write(
                        (Character.digit(uri[i + 1], 16) << 4) | Character.digit(uri[i + 2], 16));
                i += 2;
            } else {
                bytes.write(uri[i]);
            }
        }
        return clean(bytes.toByteArray());
    }

    /// The bytes of a text a person wrote.
    public static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Whether the path starts at the root.
    public static boolean isAbsolute(byte[] path) {
        return path.length > 0 && path[0] == '/';
    }

    /// `name` below `directory`.
    public static byte[] child(byte[] directory, byte[] name) {
        boolean slash = directory.length > 0 && directory[directory.length - 1] != '/';
        byte[] path = Arrays.copyOf(directory, directory.length + (slash ? 1 : 0) + name.length);
        if (slash) {
            path[directory.length] = '/';
        }
        System.arraycopy(name, 0, path, path.length - name.length, name.length);
        return path;
    }

    /// The directory that holds `clean`, a cleaned path with a name: `/` or `.` at the least.
    public static byte[] parent(byte[] clean) {
        int slash = clean.length - 1;
        while (slash >= 0 && clean[slash] != '/') {
            slash--;
        }
        if (slash < 0) {
            return new byte[] {'.'};
        }
        return slash == 0 ? ROOT.clone() : Arrays.copyOf(clean, slash);
    }

    /// The parts between slashes; empty ones are left out.
    public static List<byte[]> split(byte[] path) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= path.length; at++) {
            if (at == path.length || path[at] == '/') {
                if (at > start) {
                    parts.add(Arrays.copyOfRange(path, start, at));
                }
                start = at + 1;
            }
        }
        return parts;
    }

    /// Resolves `.`, `..`, `//` and a final slash by the text alone. What is left empty becomes
    /// `.`.
    public static byte[] clean(byte[] path) {
        boolean absolute = isAbsolute(path);
        List<byte[]> kept = new ArrayList<>();
        for (byte[] part : split(path)) {
            if (isDot(part)) {
                continue;
            }
            if (!isDotDot(part)) {
                kept.add(part);
            } else if (!kept.isEmpty() && !isDotDot(kept.getLast())) {
                kept.removeLast();
            } else if (!absolute) {
                kept.add(part);
            }
        }
        byte[] clean = absolute ? ROOT : new byte[0];
        for (byte[] part : kept) {
            clean = child(clean, part);
        }
        return clean.length == 0 ? new byte[] {'.'} : clean;
    }

    public static boolean isDot(byte[] part) {
        return part.length == 1 && part[0] == '.';
    }

    public static boolean isDotDot(byte[] part) {
        return part.length == 2 && part[0] == '.' && part[1] == '.';
    }

    /// A text for people: control characters and bytes that are not UTF-8 are written as `\xHH`, so
    /// that a hostile name can neither end a line nor drive a terminal.
    public static String display(byte[] path) {
        String text = new String(path, StandardCharsets.UTF_8);
        boolean plain =
                text.codePoints().noneMatch(RawPath::isHostile)
                        && Arrays.equals(text.getBytes(StandardCharsets.UTF_8), path);
        if (plain) {
            return text;
        }
        StringBuilder shown = new StringBuilder(path.length + 16);
        for (byte b : path) {
            if (b >= ' ' && b < 0x7f && b != '\\') {
                shown.append((char) b);
            } else {
                shown.append("\\x").append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
        return shown.toString();
    }

    private static boolean isHostile(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    true;
            default -> false;
        };
    }
}
