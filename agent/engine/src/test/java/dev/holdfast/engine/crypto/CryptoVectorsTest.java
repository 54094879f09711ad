package dev.holdfast.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Vectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// Every vector of crypto.json.
class CryptoVectorsTest {
    private static final Vectors CRYPTO = Vectors.load("crypto.json");

    @Test
    void theJdkGivesItsPoly1305() {
        assertThat(JdkPoly1305.available()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void poly1305AesGivesResticsTags(Poly1305 poly1305) throws Exception {
        List<Vectors> vectors = CRYPTO.get("poly1305_aes").list();
        assertThat(vectors).hasSize(19);
        for (Vectors vector : vectors) {
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(vector.get("k").hex(), "AES"));
            byte[] rs = Arrays.copyOf(vector.get("r").hex(), 32);
            aes.doFinal(vector.get("nonce").hex(), 0, 16, rs, 16);
            assertThat(Arrays.copyOfRange(rs, 16, 32)).isEqualTo(vector.get("aes_k_nonce").hex());

            byte[] message = vector.get("msg").hex();
            poly1305.init(rs);
            poly1305.update(message, 0, message.length);

            assertThat(poly1305.finish()).isEqualTo(vector.get("tag").hex());
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void sealsAndOpensAsResticDoes(Poly1305 poly1305) throws Exception {
        List<Vectors> vectors = CRYPTO.get("seal").list();
        assertThat(vectors).hasSize(7);
        for (Vectors vector : vectors) {
            SealedBox box = new SealedBox(key(vector), new SecureRandom(), poly1305);
            byte[] plain = plaintext(vector);

            byte[] sealed = new byte[plain.length + SealedBox.OVERHEAD];
            box.sealWith(vector.get("iv").hex(), plain, 0, plain.length, sealed, 0);
            byte[] opened = new byte[plain.length];
            int length = box.open(sealed, 0, sealed.length, opened, 0);

            if (vector.get("sealed").isNull()) {
                assertThat(new Hasher().hash(sealed, 0, sealed.length))
                        .hasToString(vector.get("sealed_sha256").text());
            } else {
                assertThat(sealed).isEqualTo(vector.get("sealed").hex());
            }
            assertThat(opened).isEqualTo(plain);
            assertThat(length).isEqualTo(plain.length);
        }
    }

    @Test
    void derivesResticsKeys() {
        List<Vectors> vectors = CRYPTO.get("scrypt").list();
        assertThat(vectors).hasSize(5);
        for (Vectors vector : vectors) {
            Secret password =
                    Secret.of(vector.get("password_utf8").text().getBytes(StandardCharsets.UTF_8));
            byte[] salt = Base64.getDecoder().decode(vector.get("salt_base64").text());
            ScryptParameters cost =
                    new ScryptParameters(
                            (int) vector.get("N").number(),
                            (int) vector.get("r").number(),
                            (int) vector.get("p").number());

            assertThat(PasswordKdf.derive(password, salt, cost)).isEqualTo(key(vector));
        }
    }

    @Test
    void opensTheWorkedPack() throws Exception {
        Vectors pack = CRYPTO.get("worked_pack");
        byte[] bytes = pack.get("hex").hex();
        SealedBox box = new SealedBox(key(pack.get("master")), new SecureRandom());
        int headerAt = bytes.length - 4 - 69;
        byte[] blob = new byte[headerAt - SealedBox.OVERHEAD];
        byte[] header = new byte[37];

        box.open(bytes, 0, headerAt, blob, 0);
        box.open(bytes, headerAt, 69, header, 0);

        assertThat(new String(blob, StandardCharsets.UTF_8)).isEqualTo("hello restic changed\n");
        assertThat(header).isEqualTo(pack.get("header").get("plaintext").hex());
        assertThat(new Hasher().hash(bytes, 0, bytes.length)).hasToString(pack.get("id").text());
    }

    static List<Poly1305> implementations() {
        return List.of(new JdkPoly1305(), new ScalarPoly1305());
    }

    private static byte[] plaintext(Vectors vector) {
        if (!vector.get("plaintext").isNull()) {
            return vector.get("plaintext").hex();
        }
        assertThat(vector.get("plaintext_rule").text())
                .isEqualTo("byte i = i mod 251, length 4096");
        byte[] plain = new byte[4096];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) (i % 251);
        }
        return plain;
    }

    private static MasterKey key(Vectors vector) {
        return new MasterKey(
                vector.get("encrypt").hex(), vector.get("mac_k").hex(), vector.get("mac_r").hex());
    }
}
