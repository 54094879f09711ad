package dev.holdfast.daemon.storage;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.state.Identity;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.SealedSecret;

import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Opens secrets that were sealed to this agent and to it alone (HPKE; suite 1 of the protocol).
/// Thread-safe.
public final class SealedPasswords {
    static final int SUITE = 1;
    static final byte[] INFO = "holdfast sealed secret v1".getBytes(StandardCharsets.UTF_8);

    private final Identity identity;

    public SealedPasswords(Identity identity) {
        this.identity = identity;
    }

    /// Decrypts one.
    ///
    /// @throws FailureException where it was sealed for somebody or something else, or is broken
    public Secret open(SealedSecret sealed) throws IOException {
        String object = "the sealed secret " + sealed.getName();
        if (sealed.getSuite() != SUITE) {
            throw unavailable(object + " uses suite " + sealed.getSuite(), null);
        }
        Identity.Names names = identity.names();
        if (!sealed.getAgentId().equals(names.agentId())) {
            throw unavailable(object + " was sealed for another agent", null);
        }
        byte[] key = identity.sealingKey();
        X25519PrivateKeyParameters secretKey = new X25519PrivateKeyParameters(key, 0);
        Arrays.fill(key, (byte) 0);
        HPKE hpke = suite();
        byte[] plain;
        try {
            plain =
                    hpke.setupBaseR(
                                    sealed.getEncapsulatedKey().toByteArray(),
                                    new AsymmetricCipherKeyPair(
                                            secretKey.generatePublicKey(), secretKey),
                                    INFO)
                            .open(
                                    additionalData(names, sealed),
                                    sealed.getCiphertext().toByteArray());
        } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException e) {
            // the last one: a key of the sender that agrees on nothing, as all zeros
            throw unavailable(object + " does not open with this agent's key", e);
        }
        try {
            return PasswordFile.secret(plain);
        } catch (IllegalArgumentException e) {
            throw unavailable(object + " is empty", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    static HPKE suite() {
        return new HPKE(
                HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    /// Binds a ciphertext to installation, agent, name and version: it opens in no other place.
    static byte[] additionalData(Identity.Names names, SealedSecret sealed) {
        String text =
                names.installationId()
                        + "|"
                        + names.agentId()
                        + "|"
                        + sealed.getName()
                        + "|"
                        + sealed.getVersion();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static FailureException unavailable(String message, @Nullable Exception cause) {
        return new FailureException(
                Failure.Code.SECRET_UNAVAILABLE,
                message,
                "seal it again for this agent, or keep the password in a file on this host",
                cause);
    }
}
