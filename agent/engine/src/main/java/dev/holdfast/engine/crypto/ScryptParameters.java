package dev.holdfast.engine.crypto;

/// The cost of deriving a key from a password (repository format, section 4).
///
/// @param n CPU and memory cost, a power of two; deriving needs 128·n·r bytes
/// @param r block size
/// @param p how often in sequence
public record ScryptParameters(int n, int r, int p) {
    /// What new keys get: 32 MiB, about a tenth of a second.
    public static final ScryptParameters DEFAULT = new ScryptParameters(32768, 8, 1);

    /// @throws IllegalArgumentException for values outside the format's limits
    public ScryptParameters {
        boolean valid =
                n > 1
                        && Integer.bitCount(n) == 1
                        && r >= 1
                        && p >= 1
                        && (long) r * p < 1 << 30
                        && r <= Integer.MAX_VALUE / 128 / p
                        && r <= Integer.MAX_VALUE / 256
                        && n <= Integer.MAX_VALUE / 128 / r
                        && (r > 1 || n < 1 << 16); // RFC 7914: N < 2^(128·r/8)
        if (!valid) {
            throw new IllegalArgumentException(
                    "scrypt parameters outside the limits: N=" + n + " r=" + r + " p=" + p);
        }
    }
}
