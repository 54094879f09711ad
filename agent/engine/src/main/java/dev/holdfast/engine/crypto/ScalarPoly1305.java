package dev.holdfast.engine.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Poly1305 in plain Java, in radix 2^64.
///
/// The accumulator is `h2·2^128 + h1·2^64 + h0` with `h2` of a few bits. As `r` is clamped, `r0`
/// and `r1` are below 2^60 and `r1` is a multiple of four, so what overflows 2^130 folds back by
/// the multiplier `5·r1/4`, and no 128-bit sum of products overflows.
final class ScalarPoly1305 implements Poly1305 {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 16;

    private final byte[] partial = new byte[BLOCK];
    private int partialLength;
    private long r0;
    private long r1;
    private long s0;
    private long s1;
    private long h0;
    private long h1;
    private long h2;

    @Override
    public void init(byte[] rs) {
        r0 = (long) LONG.get(rs, 0) & 0x0ffffffc_0fffffffL;
        r1 = (long) LONG.get(rs, 8) & 0x0ffffffc_0ffffffcL;
        s0 = (long) LONG.get(rs, 16);
        s1 = (long) LONG.get(rs, 24);
        h0 = 0;
        h1 = 0;
        h2 = 0;
        partialLength = 0;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        if (partialLength > 0) {
            int taken = Math.min(BLOCK - partialLength, left);
            System.arraycopy(bytes, at, partial, partialLength, taken);
            partialLength += taken;
            at += taken;
            left -= taken;
            if (partialLength < BLOCK) {
                return;
            }
            blocks(partial, 0, BLOCK, 1);
            partialLength = 0;
        }
        int whole = left & -BLOCK;
        blocks(bytes, at, whole, 1);
        partialLength = left - whole;
        System.arraycopy(bytes, at + whole, partial, 0, partialLength);
    }

    @Override
    public byte[] finish() {
        if (partialLength > 0) {
            partial[partialLength] = 1;
            for (int i = partialLength + 1; i < BLOCK; i++) {
                partial[i] = 0;
            }
            blocks(partial, 0, BLOCK, 0); // the bit above the message lies inside the block here
        }
        // h mod 2^130 - 5: if h + 5 reaches 2^130, that is the residue
        long g0 = h0 + 5;
        long g1 = h1 + carry(g0, 5);
        long g2 = h2 + carry(g1, h1 == -1 && g1 == 0 ? 1 : 0);
        long mask = -(g2 >>> 2);
        long t0 = (h0 & ~mask) | (g0 & mask);
        long t1 = (h1 & ~mask) | (g1 & mask);
        long low = t0 + s0;
        long high = t1 + s1 + carry(low, s0);
        byte[] tag = new byte[TAG_SIZE];
        LONG.set(tag, 0, low);
        LONG.set(tag, 8, high);
        return tag;
    }

    private void blocks(byte[] bytes, int offset, int length, long top) {
        long a0 = h0;
        long a1 = h1;
        long a2 = h2;
        long fold = r1 + (r1 >>> 2); // 5·r1/4
        for (int at = offset, end = offset + length; at < end; at += BLOCK) {
            long m0 = (long) LONG.get(bytes, at);
            long m1 = (long) LONG.get(bytes, at + 8);
            a0 += m0;
            long c0 = carry(a0, m0);
            a1 += m1;
            long c1 = carry(a1, m1);
            a1 += c0;
            c1 += carry(a1, c0);
            a2 += c1 + top;

            // d0 = a0·r0 + a1·fold
            long d0 = a0 * r0;
            long d0High = Math.unsignedMultiplyHigh(a0, r0);
            long product = a1 * fold;
            d0 += product;
            d0High += Math.unsignedMultiplyHigh(a1, fold) + carry(d0, product);

            // d1 = a0·r1 + a1·r0 + a2·fold + the high half of d0
            long d1 = a0 * r1;
            long d1High = Math.unsignedMultiplyHigh(a0, r1);
            product = a1 * r0;
            d1 += product;
            d1High += Math.unsignedMultiplyHigh(a1, r0) + carry(d1, product);
            product = a2 * fold;
            d1 += product;
            d1High += carry(d1, product);
            d1 += d0High;
            d1High += carry(d1, d0High);

            // everything from bit 130 on comes back times five
            long d2 = a2 * r0 + d1High;
            long back = (d2 >>> 2) + (d2 & -4);
            a0 = d0 + back;
            long c = carry(a0, back);
            a1 = d1 + c;
            a2 = (d2 & 3) + carry(a1, c);
        }
        h0 = a0;
        h1 = a1;
        h2 = a2;
    }

    /// The carry out of a sum, of which `addend` was one part.
    private static long carry(long sum, long addend) {
        return Long.compareUnsigned(sum, addend) < 0 ? 1 : 0;
    }
}
