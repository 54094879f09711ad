package dev.holdfast.cli.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.util.HexFormat;

class EnrollmentSecretTest {
    private static final byte[] SECRET =
            HexFormat.of()
                    .parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    /// Computed by another implementation (RFC 5869 by hand) from the same secret.
    @Test
    void derivesTheKeysOfTheProtocol() {
        EnrollmentSecret secret = new EnrollmentSecret("0123456789abcdef", SECRET);
        assertThat(HexFormat.of().formatHex(secret.bindKey()))
                .isEqualTo("6a16ae566a310a74356ba105a7b9dd65506377c1b09a89fa1f6456954d7f7b07");
        assertThat(HexFormat.of().formatHex(secret.authHash()))
                .isEqualTo("c84e1158778e3340fbaa0337a486c605efc353812afc1a797b29fcca3d0f40f7");
    }

    @Test
    void isWrittenAsTheAgentReadsIt() {
        EnrollmentSecret secret = new EnrollmentSecret("0123456789abcdef", SECRET);
        assertThat(secret.text())
                .isEqualTo("hft_0123456789abcdef_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    }

    @Test
    void isAnotherOneEachTime() {
        SecureRandom random = new SecureRandom();
        EnrollmentSecret one = EnrollmentSecret.random(random);
        EnrollmentSecret other = EnrollmentSecret.random(random);
        assertThat(one.text())
                .matches("hft_[0-9a-f]{16}_[A-Za-z0-9_-]{43}")
                .isNotEqualTo(other.text());
    }

    @Test
    void refusesOtherShapes() {
        assertThatThrownBy(() -> new EnrollmentSecret("../../etc/passwd", SECRET))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EnrollmentSecret("0123456789abcdef", new byte[31]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
