package dev.holdfast.engine.chunker;

import java.util.random.RandomGenerator;

/// A polynomial over GF(2): bit i of `bits` is the coefficient of x^i.
public record Polynomial(long bits) {
    /// Degree of those that [#random] makes, and the highest a chunker takes.
    public static final int DEGREE = 53;

    /// A random irreducible polynomial of degree 53. About 27 candidates are tried.
    public static Polynomial random(RandomGenerator random) {
        while (true) {
            long low = random.nextLong() & ((1L << DEGREE) - 1);
            Polynomial candidate = new Polynomial(low | 1L << DEGREE | 1);
            if (candidate.isIrreducible()) {
                return candidate;
            }
        }
    }

    /// Parses hex digits.
    ///
    /// @throws IllegalArgumentException for any other text
    public static Polynomial parse(String hex) {
        try {
            return new Polynomial(Long.parseUnsignedLong(hex, 16));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a hexadecimal polynomial: " + hex, e);
        }
    }

    /// The highest power of x; -1 for zero.
    public int degree() {
        return degree(bits);
    }

    /// Whether it is no product of others, and no constant (Ben-Or's test: no factor of degree i
    /// divides it, for each i up to half its degree).
    public boolean isIrreducible() {
        if (degree() < 1) {
            return false;
        }
        long power = mod(2); // x^(2^i) modulo this
        for (int i = 1; i <= degree() / 2; i++) {
            power = multiplyMod(power, power);
            if (degree(gcd(bits, power ^ mod(2))) != 0) {
                return false;
            }
        }
        return true;
    }

    /// The remainder of `value` divided by this.
    long mod(long value) {
        int degree = degree();
        long rest = value;
        while (degree(rest) >= degree) {
            rest ^= bits << (degree(rest) - degree);
        }
        return rest;
    }

    private long multiplyMod(long a, long b) {
        long sum = 0;
        for (int i = degree(b); i >= 0; i--) {
            sum = mod(sum << 1) ^ ((b >>> i & 1) * a);
        }
        return sum;
    }

    private static long gcd(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long rest = new Polynomial(y).mod(x);
            x = y;
            y = rest;
        }
        return x;
    }

    private static int degree(long bits) {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
    }

    /// Lower-case hex digits, as the config has it.
    @Override
    public String toString() {
        return Long.toHexString(bits);
    }
}
