package dev.holdfast.daemon.enrollment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.daemon.failure.FailureException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class EnrollmentTokenTest {
    private static final byte[] SECRET = new byte[32];

    static {
        for (int i = 0; i < SECRET.length; i++) SECRET[i] = (byte) (250 - 7 * i);
    }

    private static final String TEXT =
            "hft_0123456789abcdef_"
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET);

    @Test
    void derivesWhatIsSentAsTheProtocolSays() throws Exception {
        try (EnrollmentToken token = EnrollmentToken.parse(TEXT + "\n")) {
            assertThat(token.id()).isEqualTo("0123456789abcdef");
            assertThat(token.auth()).isEqualTo(hkdf("holdfast token auth"));

            byte[] keyHash = new byte[32];
            byte[] sealingKey = {1, 2, 3};
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.write(keyHash);
            message.write(sealingKey);
            assertThat(token.binding(keyHash, sealingKey))
                    .isEqualTo(hmac(hkdf("holdfast token bind"), message.toByteArray()));
        }
    }

    @Test
    void bindsToBothKeys() throws FailureException {
        try (EnrollmentToken token = EnrollmentToken.parse(TEXT)) {
            byte[] one = new byte[32];
            byte[] other = new byte[32];
            other[31] = 1;
            assertThat(token.binding(one, one))
                    .isNotEqualTo(token.binding(other, one))
                    .isNotEqualTo(token.binding(one, other));
        }
    }

    @Test
    void printsItsIdAlone() throws FailureException {
        try (EnrollmentToken token = EnrollmentToken.parse(TEXT)) {
            assertThat(token).hasToString("hft_0123456789abcdef_***");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hft_0123456789abcdef_",
                "hft_0123456789ABCDEF_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "hft_0123456789abcde_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "hft_0123456789abcdef_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                "hft_0123456789abcdef_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void refusesWhatIsNoTokenWithoutPrintingIt(String text) {
        assertThatThrownBy(() -> EnrollmentToken.parse(text))
                .isInstanceOf(FailureException.class)
                .hasMessage("what was given is no enrollment token");
    }

    /// RFC 5869 written out: extract with an empty salt, one block of expand.
    private static byte[] hkdf(String info) throws GeneralSecurityException {
        byte[] key = hmac(new byte[32], SECRET);
        return hmac(key, (info + "\u0001").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }
}
