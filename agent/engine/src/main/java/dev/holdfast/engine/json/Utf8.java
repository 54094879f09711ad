package dev.holdfast.engine.json;

/// UTF-8 as Go sees it: a byte that begins no complete, shortest, non-surrogate sequence is invalid
/// alone.
final class Utf8 {
    private Utf8() {}

    /// The code point that begins at `at`, or -1 where the byte there is invalid.
    static int decode(byte[] bytes, int at, int end) {
        int first = bytes[at];
        if (first >= 0) {
            return first;
        }
        int length = lengthByFirst(first & 0xff);
        if (length == 0 || end - at < length) {
            return -1;
        }
        int point = first & (0x7f >> length);
        for (int i = 1; i < length; i++) {
            int next = bytes[at + i];
            if ((next & 0xc0) != 0x80) {
                return -1;
            }
            point = point << 6 | (next & 0x3f);
        }
        boolean shortest = length(point) == length;
        return shortest && isScalar(point) ? point : -1;
    }

    /// Bytes of a code point.
    static int length(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }

    /// Writes a code point at `at`, which has room for four bytes.
    ///
    /// @return the index behind it
    static int encode(int point, byte[] bytes, int at) {
        int length = length(point);
        if (length == 1) {
            bytes[at] = (byte) point;
            return at + 1;
        }
        for (int i = length - 1; i > 0; i--) {
            bytes[at + i] = (byte) (0x80 | ((point >>> (6 * (length - 1 - i))) & 0x3f));
        }
        bytes[at] = (byte) ((0xf00 >> length) | (point >>> (6 * (length - 1))));
        return at + length;
    }

    /// Whether it is a code point that UTF-8 may hold: no surrogate, not beyond U+10FFFF.
    static boolean isScalar(int point) {
        return point >= 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    }

    private static int lengthByFirst(int first) {
        if (first >= 0xc2 && first <= 0xdf) {
            return 2;
        }
        if (first >= 0xe0 && first <= 0xef) {
            return 3;
        }
        return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    }
}
