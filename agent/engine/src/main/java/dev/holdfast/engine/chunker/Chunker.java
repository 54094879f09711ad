package dev.holdfast.engine.chunker;

/// Finds where chunks end (repository format, section 12). Immutable: safe for use by many threads.
///
/// At every place where a cut may fall, the rolling digest is a function of the last 64 bytes
/// alone. So nothing is kept between chunks, the first half MiB of a chunk is never hashed, and the
/// rest is hashed in three stripes at once, which keeps the processor busy while each stripe waits
/// for its table look-ups. Two stripes are slower, and four need more registers than there are.
public final class Chunker {
    /// Length of the shortest chunk, but for the last of a file.
    public static final int MIN = 512 * 1024;

    /// Length of the longest chunk.
    public static final int MAX = 8 * 1024 * 1024;

    private static final int WINDOW = 64;
    private static final long SPLIT_MASK = (1 << 20) - 1;
    private static final int TABLE = 256;

    /// Positions in a stripe: the 64 bytes of its start are a small part of it, and as no multiple
    /// of a page the stripes do not compete for the same lines of the cache.
    private static final int STRIPE = 7872;

    private final long[] modTable = new long[TABLE];
    private final long[] outTable = new long[TABLE];
    private final int shift;

    /// A chunker by the fingerprint of `polynomial`.
    ///
    /// @throws IllegalArgumentException unless it is of degree 8 to 53
    public Chunker(Polynomial polynomial) {
        int degree = polynomial.degree();
        if (degree < Byte.SIZE || degree > Polynomial.DEGREE) {
            throw new IllegalArgumentException(
                    "no polynomial of degree 8 to 53: " + polynomial + " (" + degree + ")");
        }
        shift = degree - Byte.SIZE;
        for (int b = 0; b < TABLE; b++) {
            long high = (long) b << degree;
            modTable[b] = polynomial.mod(high) | high;
            long leaving = polynomial.mod(b);
            for (int i = 0; i < WINDOW; i++) {
                leaving = polynomial.mod(leaving << Byte.SIZE);
            }
            outTable[b] = leaving; // b·x^(8·64): taken out after the shift, not before
        }
    }

    /// Length of the chunk that begins at `buffer[from]`. There must be `MAX` bytes up to `to`,
    /// unless the file ends at `to`.
    public int next(byte[] buffer, int from, int to) {
        if (from < 0 || to > buffer.length || from >= to) {
            throw new IndexOutOfBoundsException("no bytes from " + from + " to " + to);
        }
        if (to - from <= MIN) {
            return to - from;
        }
        int end = Math.min(to, from + MAX);
        int at = from + MIN - 1; // the byte after which the chunk may be cut first
        while (end - at >= 3 * STRIPE) {
            int cut = stripes(buffer, at, modTable, outTable);
            if (cut >= 0) {
                return cut - from;
            }
            at += 3 * STRIPE;
        }
        int cut = scan(buffer, at, end, digest(buffer, at, modTable), modTable, outTable);
        return (cut >= 0 ? cut : end) - from;
    }

    /// The first cut within three stripes from `at`: the index behind it, or -1.
    private int stripes(byte[] buffer, int at, long[] mod, long[] out) {
        requireTables(mod, out);
        int at1 = at + STRIPE;
        int at2 = at1 + STRIPE;
        long d0 = digest(buffer, at, mod);
        long d1 = digest(buffer, at1, mod);
        long d2 = digest(buffer, at2, mod);
        for (int i = 0; i < STRIPE; i++) {
            d0 =
                    (d0 << 8 | (buffer[at + i] & 0xff))
                            ^ mod[(int) (d0 >>> shift) & 0xff]
                            ^ out[buffer[at + i - WINDOW] & 0xff];
            d1 =
                    (d1 << 8 | (buffer[at1 + i] & 0xff))
                            ^ mod[(int) (d1 >>> shift) & 0xff]
                            ^ out[buffer[at1 + i - WINDOW] & 0xff];
            d2 =
                    (d2 << 8 | (buffer[at2 + i] & 0xff))
                            ^ mod[(int) (d2 >>> shift) & 0xff]
                            ^ out[buffer[at2 + i - WINDOW] & 0xff];
            if ((d0 & SPLIT_MASK) == 0 || (d1 & SPLIT_MASK) == 0 || (d2 & SPLIT_MASK) == 0) {
                return firstCut(buffer, at, i, new long[] {d0, d1, d2});
            }
        }
        return -1;
    }

    /// One of three stripes has a cut at step `i`: the first cut in the order of the file, as an
    /// earlier stripe may have one at a later step.
    private int firstCut(byte[] buffer, int at, int i, long[] digests) {
        for (int stripe = 0; stripe < digests.length; stripe++) {
            int start = at + stripe * STRIPE;
            long digest = digests[stripe];
            if ((digest & SPLIT_MASK) == 0) {
                return start + i + 1;
            }
            int cut = scan(buffer, start + i + 1, start + STRIPE, digest, modTable, outTable);
            if (cut >= 0) {
                return cut;
            }
        }
        throw new IllegalStateException("no stripe had a cut");
    }

    /// The first cut after one of the bytes `[at, end)`: the index behind it, or -1. `start` is the
    /// digest of the bytes before.
    private int scan(byte[] buffer, int at, int end, long start, long[] mod, long[] out) {
        requireTables(mod, out);
        long digest = start;
        for (int i = at; i < end; i++) {
            digest =
                    (digest << 8 | (buffer[i] & 0xff))
                            ^ mod[(int) (digest >>> shift) & 0xff]
                            ^ out[buffer[i - WINDOW] & 0xff];
            if ((digest & SPLIT_MASK) == 0) {
                return i + 1;
            }
        }
        return -1;
    }

    /// Fingerprint of the 64 bytes before `at`.
    private long digest(byte[] buffer, int at, long[] mod) {
        requireTables(mod, mod);
        long digest = 0;
        for (int i = at - WINDOW; i < at; i++) {
            digest = (digest << 8 | (buffer[i] & 0xff)) ^ mod[(int) (digest >>> shift) & 0xff];
        }
        return digest;
    }

    /// Tells the compiler the tables' length, which frees the loops of bounds checks.
    private static void requireTables(long[] mod, long[] out) {
        if (mod.length != TABLE || out.length != TABLE) {
            throw new IllegalStateException("tables have 256 entries");
        }
    }
}
