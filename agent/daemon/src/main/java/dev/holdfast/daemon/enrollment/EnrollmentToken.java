package dev.holdfast.daemon.enrollment;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A token as an operator's command printed it, `hft_<id>_<s>`. What is sent is derived from `s`,
/// never `s` itself. Prints its id alone.
public final class EnrollmentToken implements AutoCloseable {
    private static final Pattern FORM = Pattern.compile("hft_([0-9a-f]{16})_([A-Za-z0-9_-]{43})");
    private static final int KEY_SIZE = 32;

    private final String id;
    private final byte[] secret;

    private EnrollmentToken(String id, byte[] secret) {
        this.id = id;
        this.secret = secret;
    }

    /// Reads the one line of a token file.
    public static EnrollmentToken parse(String text) throws FailureException {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new FailureException(
                    Failure.Code.INVALID_ARGUMENT,
                    "what was given is no enrollment token",
                    "a token is one line hft_<id>_<secret>, printed by:  holdfast token create");
        }
        byte[] secret = Base64.getUrlDecoder().decode(matcher.group(2));
        return new EnrollmentToken(matcher.group(1), secret);
    }

    public String id() {
        return id;
    }

    /// Proves to the controller that we know the secret.
    byte[] auth() {
        return derive("holdfast token auth");
    }

    /// Binds this host's keys to the token: only who knows the secret can make or check it.
    ///
    /// @param keyHash SHA-256 of the identity key's SubjectPublicKeyInfo
    byte[] binding(byte[] keyHash, byte[] sealingKey) {
        byte[] key = derive("holdfast token bind");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(keyHash);
            return mac.doFinal(sealingKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has HMAC-SHA256", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] derive(String info) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret)
                                    .thenExpand(info.getBytes(StandardCharsets.UTF_8), KEY_SIZE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has HKDF-SHA256", e);
        }
    }

    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
        return "hft_" + id + "_***";
    }
}
