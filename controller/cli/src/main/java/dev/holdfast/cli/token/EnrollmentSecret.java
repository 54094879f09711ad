package dev.holdfast.cli.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// An enrollment token `hft_<id>_<s>`: its id is known to all, its secret `s` only to who made or
/// carries it.
///
/// The class keeps no `toString` of the secret; `text()` is for the one place that hands the token
/// out.
public final class EnrollmentSecret {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
    private static final int SECRET_BYTES = 32;

    private final String id;
    private final byte[] secret;

    /// A token of known parts.
    ///
    /// @throws IllegalArgumentException where id or secret have another shape
    public EnrollmentSecret(String id, byte[] secret) {
        if (!ID.matcher(id).matches() || secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a token has an id of 16 hex digits and a secret of 32 bytes");
        }
        this.id = id;
        this.secret = secret.clone();
    }

    public static EnrollmentSecret random(SecureRandom random) {
        byte[] id = new byte[8];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        return new EnrollmentSecret(HexFormat.of().formatHex(id), secret);
    }

    public String id() {
        return id;
    }

    /// The token as the agent's `enroll` reads it.
    public String text() {
        return "hft_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /// All that the controller learns of the secret.
    public byte[] authHash() {
        return sha256(derive("holdfast token auth"));
    }

    /// The key that proves an agent's keys; it stays with the operator.
    public byte[] bindKey() {
        return derive("holdfast token bind");
    }

    private byte[] derive(String info) {
        try {
            HKDFParameterSpec spec =
                    HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .thenExpand(info.getBytes(StandardCharsets.UTF_8), 32);
            return KDF.getInstance("HKDF-SHA256").deriveData(spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF-SHA256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
