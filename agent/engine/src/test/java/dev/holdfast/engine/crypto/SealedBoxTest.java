package dev.holdfast.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;

class SealedBoxTest {
    private static final SecureRandom SECURE = new SecureRandom();
    private final SealedBox box = new SealedBox(MasterKey.random(SECURE), SECURE);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 16383, 16384, 16385, 32768, 1_000_001})
    void opensWhatItSealed(int length) throws Exception {
        byte[] plain = new byte[length + 10];
        new Random(length).nextBytes(plain);
        byte[] sealed = new byte[length + 100];

        int sealedLength = box.seal(plain, 7, length, sealed, 5);
        byte[] opened = new byte[length + 3];
        int openedLength = box.open(sealed, 5, sealedLength, opened, 3);

        assertThat(sealedLength).isEqualTo(length + SealedBox.OVERHEAD);
        assertThat(openedLength).isEqualTo(length);
        assertThat(Arrays.equals(opened, 3, 3 + length, plain, 7, 7 + length)).isTrue();
    }

    @Test
    void refusesEveryFlippedBit() {
        byte[] sealed = new byte[40 + SealedBox.OVERHEAD];
        box.seal(new byte[40], 0, 40, sealed, 0);
        byte[] opened = new byte[40];
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] damaged = sealed.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);

            assertThatThrownBy(() -> box.open(damaged, 0, damaged.length, opened, 0))
                    .isInstanceOf(SealBrokenException.class);
        }
        assertThat(opened).as("nothing is decrypted").containsOnly(0);
    }

    @Test
    void refusesTruncatedAndZeroData() {
        byte[] zero = new byte[100];

        assertThatThrownBy(() -> box.open(zero, 0, 100, new byte[100], 0))
                .isInstanceOf(SealBrokenException.class)
                .hasMessageContaining("IV");
        assertThatThrownBy(() -> box.open(zero, 0, 31, new byte[100], 0))
                .isInstanceOf(SealBrokenException.class)
                .hasMessageContaining("31 bytes");
    }

    @Test
    void refusesOverlappingRanges() {
        byte[] bytes = new byte[200];

        assertThatIllegalArgumentException().isThrownBy(() -> box.seal(bytes, 0, 50, bytes, 49));
    }

    @Test
    void neverUsesAnIvTwice() {
        byte[] first = new byte[SealedBox.OVERHEAD];
        byte[] second = new byte[SealedBox.OVERHEAD];

        box.seal(new byte[0], 0, 0, first, 0);
        box.seal(new byte[0], 0, 0, second, 0);

        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void keysRefuseWrongAndZeroParts() {
        byte[] good = new byte[32];
        Arrays.fill(good, (byte) 1);
        byte[] half = Arrays.copyOf(good, 16);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MasterKey(new byte[32], half, half));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MasterKey(good, new byte[16], half));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MasterKey(good, half, new byte[16]));
        assertThatIllegalArgumentException().isThrownBy(() -> new MasterKey(half, half, half));
        assertThat(new MasterKey(good, half, half)).hasToString("***");
    }

    @Test
    void scryptParametersHaveLimits() {
        for (int[] cost :
                new int[][] {
                    {0, 8, 1},
                    {1, 8, 1},
                    {3, 8, 1},
                    {1024, 0, 1},
                    {1024, 8, 0},
                    {1 << 30, 8, 1},
                    {2, Integer.MAX_VALUE, 1},
                    {2, 1, Integer.MAX_VALUE}
                }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ScryptParameters(cost[0], cost[1], cost[2]));
        }
        assertThat(new ScryptParameters(2, 1, 1).n()).isEqualTo(2);
    }

    @Test
    void secretsPrintStarsAndAreWiped() {
        Secret secret = Secret.of("pässwörd".toCharArray(), " ☃😀".toCharArray());

        assertThat(secret).hasToString("***");
        assertThat(new String(secret.copyBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("pässwörd ☃😀");
        secret.close();
        assertThatThrownBy(secret::copyBytes).isInstanceOf(IllegalStateException.class);
    }
}
