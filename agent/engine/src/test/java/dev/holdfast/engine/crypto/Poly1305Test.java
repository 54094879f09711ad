package dev.holdfast.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Random;

/// The JDK's, the scalar and Bouncy Castle's Poly1305 agree on random and on extreme messages.
class Poly1305Test {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void allImplementationsAgree(long seed) {
        Random random = new Random(seed);
        Poly1305 jdk = new JdkPoly1305();
        Poly1305 scalar = new ScalarPoly1305();
        for (int round = 0; round < 200; round++) {
            byte[] rs = bytes(random, 32);
            byte[] message = bytes(random, random.nextInt(round % 10 == 0 ? 70_000 : 300));

            byte[] expected = bouncyCastle(rs, message);

            assertThat(tag(scalar, rs, message, random)).isEqualTo(expected);
            assertThat(tag(jdk, rs, message, random)).isEqualTo(expected);
        }
    }

    /// Bytes that are random, or all ones, or nearly so: carries must run through.
    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        switch (random.nextInt(4)) {
            case 0 -> Arrays.fill(bytes, (byte) 0xff);
            case 1 -> {
                Arrays.fill(bytes, (byte) 0xff);
                for (int i = 0; i < length; i += 1 + random.nextInt(20)) {
                    bytes[i] = (byte) (random.nextBoolean() ? 0xfb : 0);
                }
            }
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    /// The tag of the message, given in pieces.
    private static byte[] tag(Poly1305 poly1305, byte[] rs, byte[] message, Random random) {
        poly1305.init(rs);
        int at = 0;
        while (at < message.length) {
            int length = 1 + random.nextInt(message.length - at);
            poly1305.update(message, at, length);
            at += length;
        }
        return poly1305.finish();
    }

    private static byte[] bouncyCastle(byte[] rs, byte[] message) {
        org.bouncycastle.crypto.macs.Poly1305 mac = new org.bouncycastle.crypto.macs.Poly1305();
        mac.init(new KeyParameter(rs));
        mac.update(message, 0, message.length);
        byte[] tag = new byte[Poly1305.TAG_SIZE];
        mac.doFinal(tag, 0);
        return tag;
    }
}
