package dev.holdfast.engine.restorer;

import java.util.Arrays;

/// Finds runs of zeros that are left out as holes of a file.
final class ZeroRuns {
    /// Shorter runs are written: a hole costs the file system an extent.
    static final int HOLE_MIN = 64 << 10;

    /// Block size of common file systems: only whole blocks become holes.
    static final int BLOCK = 4 << 10;

    private static final byte[] ZEROS = new byte[BLOCK];

    private ZeroRuns() {}

    /// Whether all bytes are zero.
    static boolean isZero(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at += BLOCK) {
            int end = Math.min(to, at + BLOCK);
            if (!Arrays.equals(bytes, at, end, ZEROS, 0, end - at)) {
                return false;
            }
        }
        return true;
    }

    /// End of the data that starts at `from`: where the next hole begins, or `to`. Equal to `from`
    /// where a hole begins there.
    ///
    /// @param position of `bytes[0]` in the file
    static int endOfData(byte[] bytes, int from, int to, long position) {
        int at = from + toBlock(position + from);
        while (to - at >= HOLE_MIN) {
            int end = endOfZeros(bytes, at, to);
            if (end - at >= HOLE_MIN) {
                return at;
            }
            at = end + BLOCK; // the block at `end` holds data, or is the last and no whole one
        }
        return to;
    }

    /// End of the whole zero blocks that start at `from`, which is the start of a block.
    static int endOfZeros(byte[] bytes, int from, int to) {
        int end = from;
        while (to - end >= BLOCK && isZero(bytes, end, end + BLOCK)) {
            end += BLOCK;
        }
        return end;
    }

    private static int toBlock(long position) {
        return (int) ((BLOCK - position % BLOCK) % BLOCK);
    }
}
