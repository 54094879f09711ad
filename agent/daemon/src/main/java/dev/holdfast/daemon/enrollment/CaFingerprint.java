package dev.holdfast.daemon.enrollment;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/// SHA-256 of an authority's certificate, written `SHA256:` and unpadded base64.
public final class CaFingerprint {
    private static final String PREFIX = "SHA256:";
    private static final int SIZE = 32;

    private final byte[] hash;

    private CaFingerprint(byte[] hash) {
        this.hash = hash;
    }

    /// Reads the text form.
    public static CaFingerprint parse(String text) throws FailureException {
        try {
            if (text.startsWith(PREFIX)) {
                byte[] hash =
                        Base64.getDecoder()
                                .decode(text.substring(PREFIX.length()).replace("=", ""));
                if (hash.length == SIZE) return new CaFingerprint(hash);
            }
        } catch (IllegalArgumentException _) {
            // reported below
        }
        throw new FailureException(
                Failure.Code.INVALID_ARGUMENT,
                "\"" + text + "\" is no fingerprint of an authority",
                "give it as the controller printed it: SHA256: and 43 characters");
    }

    static CaFingerprint of(X509Certificate certificate) throws CertificateEncodingException {
        return new CaFingerprint(sha256(certificate.getEncoded()));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CaFingerprint that && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return PREFIX + Base64.getEncoder().withoutPadding().encodeToString(hash);
    }
}
