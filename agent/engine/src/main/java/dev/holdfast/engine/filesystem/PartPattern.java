package dev.holdfast.engine.filesystem;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The glob for one part of a path: `*`, `?`, `[a-z]`, `[^a-z]` and `\x`. Immutable.
///
/// Works on code points; a byte that is not UTF-8 counts as one character of its own.
final class PartPattern {
    /// Matches every part.
    static final PartPattern ANY = new PartPattern(new byte[] {'*'});

    private static final String SPECIAL = "\\[]*?";

    /// Where bytes that are not UTF-8 are put: above all code points.
    private static final int RAW_BYTE = 0x110000;

    private final byte[] literal;
    private final int[] glob;
    private final boolean special;

    private PartPattern(byte[] part) {
        literal = part;
        glob = characters(part);
        special = Arrays.stream(glob).anyMatch(c -> c < 0x80 && SPECIAL.indexOf(c) >= 0);
    }

    /// @throws IllegalArgumentException for a broken glob
    static PartPattern parse(byte[] part, String pattern) {
        PartPattern parsed = new PartPattern(part);
        if (parsed.special) {
            parsed.check(pattern);
        }
        return parsed;
    }

    boolean isRoot() {
        return literal.length == 1 && literal[0] == '/';
    }

    /// Whether the part is `**`.
    boolean isDeep() {
        return literal.length == 2 && literal[0] == '*' && literal[1] == '*';
    }

    boolean matches(byte[] part) {
        if (!special) {
            return Arrays.equals(literal, part);
        }
        return matches(characters(part));
    }

    /// Goes back to the last star only: a match that uses an earlier one is found that way too.
    private boolean matches(int[] text) {
        int at = 0;
        int position = 0;
        int star = -1;
        int starPosition = 0;
        while (position < text.length) {
            if (at < glob.length && glob[at] == '*') {
                star = at++;
                starPosition = position;
            } else if (at < glob.length && matchesOne(at, text[position])) {
                at = end(at);
                position++;
            } else if (star >= 0 && text[starPosition] != '/') {
                at = star + 1;
                position = ++starPosition;
            } else {
                return false;
            }
        }
        while (at < glob.length && glob[at] == '*') {
            at++;
        }
        return at == glob.length;
    }

    /// Whether the element of the glob at `at` matches one character.
    private boolean matchesOne(int at, int character) {
        return switch (glob[at]) {
            case '?' -> character != '/';
            case '\\' -> glob[at + 1] == character;
            case '[' -> matchesClass(at, character);
            default -> glob[at] == character;
        };
    }

    private boolean matchesClass(int start, int character) {
        int at = start + 1;
        boolean negated = glob[at] == '^';
        if (negated) {
            at++;
        }
        boolean matched = false;
        boolean first = true;
        while (first || glob[at] != ']') {
            first = false;
            at += glob[at] == '\\' ? 1 : 0;
            int low = glob[at++];
            int high = low;
            if (glob[at] == '-') {
                at++;
                at += glob[at] == '\\' ? 1 : 0;
                high = glob[at++];
            }
            matched |= low <= character && character <= high;
        }
        return matched != negated;
    }

    /// The index behind the element at `at`.
    private int end(int at) {
        return switch (glob[at]) {
            case '\\' -> at + 2;
            case '[' -> classEnd(at);
            default -> at + 1;
        };
    }

    private int classEnd(int start) {
        int at = start + 1;
        at += glob[at] == '^' ? 1 : 0;
        boolean first = true;
        while (first || glob[at] != ']') {
            first = false;
            at = memberEnd(at);
            if (glob[at] == '-') {
                at = memberEnd(at + 1);
            }
        }
        return at + 1;
    }

    private int memberEnd(int at) {
        return glob[at] == '\\' ? at + 2 : at + 1;
    }

    /// Walks over the glob once; what is broken makes it run past the end.
    private void check(String pattern) {
        try {
            int at = 0;
            while (at < glob.length) {
                checkMembers(at, pattern);
                at = end(at);
            }
            if (at > glob.length) {
                throw broken(pattern);
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw broken(pattern);
        }
    }

    /// A class may not be empty, and neither `-` nor `]` may stand for itself in it.
    private void checkMembers(int start, String pattern) {
        if (glob[start] != '[') {
            return;
        }
        int at = start + 1;
        at += glob[at] == '^' ? 1 : 0;
        boolean first = true;
        while (first || glob[at] != ']') {
            first = false;
            if (glob[at] == '-' || glob[at] == ']') {
                throw broken(pattern);
            }
            at = memberEnd(at);
            if (glob[at] == '-') {
                if (glob[at + 1] == '-' || glob[at + 1] == ']') {
                    throw broken(pattern);
                }
                at = memberEnd(at + 1);
            }
        }
    }

    private static IllegalArgumentException broken(String pattern) {
        return new IllegalArgumentException("a broken pattern: \"" + pattern + "\"");
    }

    private static int[] characters(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            return text.codePoints().toArray();
        }
        int[] characters = new int[bytes.length];
        int count = 0;
        int at = 0;
        while (at < bytes.length) {
            int length = sequenceLength(bytes, at);
            characters[count++] =
                    length == 0
                            ? RAW_BYTE + (bytes[at] & 0xff)
                            : new String(bytes, at, length, StandardCharsets.UTF_8).codePointAt(0);
            at += Math.max(length, 1);
        }
        return Arrays.copyOf(characters, count);
    }

    /// Bytes of the character at `at`; 0 where there is none.
    private static int sequenceLength(byte[] bytes, int at) {
        for (int length = 1; length <= Math.min(4, bytes.length - at); length++) {
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            if (Arrays.equals(encoded, Arrays.copyOfRange(bytes, at, at + length))) {
                return length;
            }
        }
        return 0;
    }
}
