package dev.holdfast.daemon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;

import dev.holdfast.daemon.enrollment.TestAuthority;
import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.state.Identity;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.SealedSecret;

import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.List;

class SealedPasswordsTest {
    private static final String AAD = "installation|agent|vault|3";

    @TempDir private Path folder;
    private final X25519PrivateKeyParameters key =
            new X25519PrivateKeyParameters(new SecureRandom());

    @SuppressWarnings("NullAway.Init") // set before each test
    private SealedPasswords passwords;

    @BeforeEach
    void enroll() throws Exception {
        TestAuthority authority = new TestAuthority("authority");
        passwords =
                new SealedPasswords(
                        Identity.store(
                                StateDirectory.create(folder.resolve("state")),
                                new Identity.Names("agent", "name", "installation", "host:1"),
                                KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate(),
                                key.getEncoded(),
                                List.of(authority.certificate()),
                                authority.certificate()));
    }

    @Test
    void opensWhatWasSealedForThisAgent() throws Exception {
        try (Secret secret = passwords.open(sealed(AAD).build())) {
            assertThat(secret.copyBytes())
                    .isEqualTo("correct horse".getBytes(StandardCharsets.UTF_8));
            assertThat(secret).hasToString("***");
        }
    }

    @Test
    void refusesWhatWasSealedForAnotherPlace() throws Exception {
        for (String other :
                List.of(
                        "elsewhere|agent|vault|3",
                        "installation|other|vault|3",
                        "installation|agent|other|3",
                        "installation|agent|vault|2",
                        "")) {
            assertRefused(sealed(other).build());
        }
        assertRefused(sealed(AAD).setName("other").build());
        assertRefused(sealed(AAD).setVersion(4).build());
        assertRefused(sealed(AAD).setAgentId("other").build());
        assertRefused(sealed(AAD).setSuite(2).build());
    }

    @Test
    void refusesWhatWasTouched() throws Exception {
        SealedSecret good = sealed(AAD).build();
        byte[] flipped = good.getCiphertext().toByteArray();
        flipped[0] ^= 1;
        assertRefused(good.toBuilder().setCiphertext(ByteString.copyFrom(flipped)).build());
        byte[] encapsulated = good.getEncapsulatedKey().toByteArray();
        encapsulated[5] ^= 1;
        assertRefused(
                good.toBuilder().setEncapsulatedKey(ByteString.copyFrom(encapsulated)).build());
        assertRefused(good.toBuilder().clearCiphertext().build());
        for (int size : new int[] {0, 1, 31, 32, 33, 1000}) {
            ByteString zeros = ByteString.copyFrom(new byte[size]);
            assertRefused(good.toBuilder().setEncapsulatedKey(zeros).build());
            assertRefused(good.toBuilder().setCiphertext(zeros).build());
        }
    }

    private void assertRefused(SealedSecret sealed) throws IOException {
        FailureException thrown =
                catchThrowableOfType(FailureException.class, () -> passwords.open(sealed));
        assertThat(thrown).as("refused").isNotNull();
        assertThat(thrown.report().code()).isEqualTo(Failure.Code.SECRET_UNAVAILABLE);
        assertThat(thrown.report().hint()).isNotEmpty();
    }

    /// Suite 1 as the protocol writes it.
    private SealedSecret.Builder sealed(String additionalData) throws Exception {
        HPKEContextWithEncapsulation sender =
                new HPKE(
                                HPKE.mode_base,
                                HPKE.kem_X25519_SHA256,
                                HPKE.kdf_HKDF_SHA256,
                                HPKE.aead_AES_GCM256)
                        .setupBaseS(
                                key.generatePublicKey(),
                                "holdfast sealed secret v1".getBytes(StandardCharsets.UTF_8));
        byte[] ciphertext =
                sender.seal(
                        additionalData.getBytes(StandardCharsets.UTF_8),
                        "correct horse\n".getBytes(StandardCharsets.UTF_8));
        return SealedSecret.newBuilder()
                .setSuite(1)
                .setAgentId("agent")
                .setName("vault")
                .setVersion(3)
                .setEncapsulatedKey(ByteString.copyFrom(sender.getEncapsulation()))
                .setCiphertext(ByteString.copyFrom(ciphertext));
    }
}
