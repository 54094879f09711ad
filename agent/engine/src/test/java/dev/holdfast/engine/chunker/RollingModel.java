package dev.holdfast.engine.chunker;

import java.util.ArrayList;
import java.util.List;

/// The chunker as section 12 of the repository format describes it, byte by byte with a ring of the
/// last 64 bytes: slow and plain.
final class RollingModel {
    private final long[] out = new long[256];
    private final long[] mod = new long[256];
    private final int degree;
    private final byte[] window = new byte[64];
    private int oldest;
    private long digest;

    RollingModel(Polynomial polynomial) {
        degree = polynomial.degree();
        for (int b = 0; b < 256; b++) {
            long h = polynomial.mod(b);
            for (int i = 0; i < 63; i++) {
                h = polynomial.mod(h << 8);
            }
            out[b] = h;
            mod[b] = polynomial.mod((long) b << degree) | (long) b << degree;
        }
    }

    List<Integer> cuts(byte[] data) {
        List<Integer> lengths = new ArrayList<>();
        int at = 0;
        while (at < data.length) {
            int length = next(data, at);
            lengths.add(length);
            at += length;
        }
        return lengths;
    }

    private int next(byte[] data, int from) {
        java.util.Arrays.fill(window, (byte) 0);
        oldest = 0;
        digest = 0;
        slide((byte) 1);
        for (int at = from + Chunker.MIN - 64; at < data.length; at++) {
            slide(data[at]);
            int length = at - from + 1;
            if (length >= Chunker.MIN && ((digest & 0xfffff) == 0 || length >= Chunker.MAX)) {
                return length;
            }
        }
        return data.length - from;
    }

    private void slide(byte b) {
        digest ^= out[window[oldest] & 0xff];
        window[oldest] = b;
        oldest = (oldest + 1) % 64;
        int index = (int) (digest >>> (degree - 8));
        digest = (digest << 8 | (b & 0xff)) ^ mod[index];
    }
}
