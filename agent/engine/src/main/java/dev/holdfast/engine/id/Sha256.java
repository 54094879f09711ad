package dev.holdfast.engine.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/// A SHA-256 hash: 32 bytes held as four big-endian longs. Ordered as its bytes are, unsigned.
public record Sha256(long word0, long word1, long word2, long word3) implements Comparable<Sha256> {
    /// Bytes of one hash.
    public static final int SIZE = 32;

    /// Hex digits of one hash.
    public static final int HEX_LENGTH = 64;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// Reads 32 bytes at `offset`.
    public static Sha256 read(byte[] bytes, int offset) {
        return new Sha256(
                (long) LONG.get(bytes, offset),
                (long) LONG.get(bytes, offset + 8),
                (long) LONG.get(bytes, offset + 16),
                (long) LONG.get(bytes, offset + 24));
    }

    /// Parses 64 lower-case hex digits.
    ///
    /// @throws IllegalArgumentException for any other text
    public static Sha256 parse(String hex) {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("not 64 lower-case hex digits: " + shorten(hex));
        }
        return read(HexFormat.of().parseHex(hex), 0);
    }

    /// Whether `name` is exactly 64 lower-case hex digits: other names in a repository's folders
    /// are not its objects.
    public static boolean isHex(String name) {
        return name.length() == HEX_LENGTH
                && name.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /// Writes the 32 bytes at `offset`.
    public void write(byte[] bytes, int offset) {
        LONG.set(bytes, offset, word0);
        LONG.set(bytes, offset + 8, word1);
        LONG.set(bytes, offset + 16, word2);
        LONG.set(bytes, offset + 24, word3);
    }

    /// Whether all 32 bytes are zero: the id that no object has.
    public boolean isZero() {
        return (word0 | word1 | word2 | word3) == 0;
    }

    @Override
    public int compareTo(Sha256 other) {
        int first = Long.compareUnsigned(word0, other.word0);
        int second = first != 0 ? first : Long.compareUnsigned(word1, other.word1);
        int third = second != 0 ? second : Long.compareUnsigned(word2, other.word2);
        return third != 0 ? third : Long.compareUnsigned(word3, other.word3);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(word0); // uniformly distributed as it is
    }

    /// The 64 hex digits.
    @Override
    public String toString() {
        byte[] bytes = new byte[SIZE];
        write(bytes, 0);
        return HexFormat.of().formatHex(bytes);
    }

    private static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
