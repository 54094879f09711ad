package dev.holdfast.engine.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Vectors;
import dev.holdfast.engine.crypto.Hasher;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

class ChunkerTest {
    private static final Vectors VECTORS = Vectors.load("chunker.json");
    private static final int KEYSTREAM_SIZE = 48 << 20;

    @ParameterizedTest
    @MethodSource("inputs")
    void cutsWhereResticCuts(String input) throws Exception {
        byte[] data = content(input);
        Hasher hasher = new Hasher();
        assertThat(hasher.hash(data, 0, data.length))
                .hasToString(VECTORS.get("input_sha256").get(input).text());
        assertThat(VECTORS.get("polynomials").entries()).hasSize(3);
        VECTORS.get("polynomials")
                .entries()
                .forEach(
                        (hex, recorded) -> {
                            Chunker chunker = new Chunker(Polynomial.parse(hex));
                            int at = 0;
                            for (Vectors chunk : recorded.get("files").get(input).list()) {
                                int length = chunker.next(data, at, data.length);
                                assertThat(length).isEqualTo(chunk.list().get(0).number());
                                assertThat(hasher.hash(data, at, length))
                                        .hasToString(chunk.list().get(1).text());
                                at += length;
                            }
                            assertThat(at).isEqualTo(data.length);
                        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void agreesWithTheRollingModel(long seed) {
        Random random = new Random(seed);
        Polynomial polynomial = Polynomial.random(random);
        byte[] data = new byte[1 + random.nextInt(12 << 20)];
        fill(data, random);

        assertThat(cuts(new Chunker(polynomial), data))
                .isEqualTo(new RollingModel(polynomial).cuts(data));
    }

    @Test
    void seesOnlyItsRange() {
        byte[] data = new byte[3 << 20];
        new Random(5).nextBytes(data);
        Chunker chunker = new Chunker(Polynomial.parse("3da3358b4dc173"));
        byte[] copy = Arrays.copyOfRange(data, 1000, 2_500_000);

        assertThat(chunker.next(data, 1000, 2_500_000))
                .isEqualTo(chunker.next(copy, 0, copy.length));
    }

    static Stream<String> inputs() {
        return VECTORS.get("input_sha256").entries().keySet().stream();
    }

    private static List<Integer> cuts(Chunker chunker, byte[] data) {
        List<Integer> lengths = new ArrayList<>();
        int at = 0;
        while (at < data.length) {
            int length = chunker.next(data, at, data.length);
            lengths.add(length);
            at += length;
        }
        return lengths;
    }

    /// Random bytes with stretches of few values or one.
    private static void fill(byte[] data, Random random) {
        random.nextBytes(data);
        for (int at = random.nextInt(2 << 20); at < data.length; at += random.nextInt(4 << 20)) {
            int end = Math.min(data.length, at + random.nextInt(2 << 20));
            int values = random.nextInt(3);
            for (int i = at; i < end; i++) {
                data[i] = (byte) (values == 0 ? 0 : random.nextInt(1 + values));
            }
        }
    }

    private static byte[] content(String input) throws Exception {
        return switch (input) {
            case "aesctr-48m" -> keystream(KEYSTREAM_SIZE);
            case "aesctr-shift" -> {
                byte[] shifted = new byte[12 << 20];
                System.arraycopy(keystream(shifted.length - 1), 0, shifted, 1, shifted.length - 1);
                yield shifted;
            }
            case "lcg-32m" -> congruential(32 << 20);
            case "zero-20m" -> new byte[20 << 20];
            case "ff-20m" -> {
                byte[] ones = new byte[20 << 20];
                Arrays.fill(ones, (byte) 0xff);
                yield ones;
            }
            case "zeros-then-aes" -> {
                byte[] mixed = new byte[524_256 + 8_000_000];
                System.arraycopy(keystream(8_000_000), 0, mixed, 524_256, 8_000_000);
                yield mixed;
            }
            default -> keystream(Integer.parseInt(input.substring("aesctr-".length())));
        };
    }

    private static byte[] keystream(int length) throws Exception {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new IvParameterSpec(new byte[16]));
        return cipher.doFinal(new byte[length]);
    }

    private static byte[] congruential(int length) {
        byte[] bytes = new byte[length];
        long x = 0;
        for (int i = 0; i < length; i++) {
            x = x * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            bytes[i] = (byte) (x >>> 56);
        }
        return bytes;
    }
}
