package dev.holdfast.engine.crypto;

import dev.holdfast.engine.id.Sha256;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Computes SHA-256. Reusable; belongs to one thread.
public final class Hasher {
    /// See the package description: small enough to get the JDK's machine code soon.
    static final int SLICE = 16 * 1024;

    private final MessageDigest digest;
    private final byte[] result = new byte[Sha256.SIZE];

    /// A hasher with nothing in it.
    public Hasher() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// The hash of `bytes[offset, offset + length)`; whatever was added before is dropped.
    public Sha256 hash(byte[] bytes, int offset, int length) {
        digest.reset();
        update(bytes, offset, length);
        return finish();
    }

    /// Adds bytes.
    public void update(byte[] bytes, int offset, int length) {
        int end = offset + length;
        for (int at = offset; at < end; at += SLICE) {
            digest.update(bytes, at, Math.min(SLICE, end - at));
        }
    }

    /// The hash of all bytes added since the last one; begins anew.
    public Sha256 finish() {
        try {
            digest.digest(result, 0, result.length);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-256 hash has 32 bytes", e);
        }
        return Sha256.read(result, 0);
    }
}
