package dev.holdfast.engine.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals and opens bytes under one key: `IV(16) || AES-256-CTR ciphertext || Poly1305-AES tag(16)`
/// (repository format, section 5). Reusable; belongs to one thread.
public final class SealedBox {
    /// Bytes that sealing adds.
    public static final int OVERHEAD = 32;

    private static final int IV_SIZE = 16;
    private static final int SLICE = Hasher.SLICE;
    private static final byte[] ZERO_IV = new byte[IV_SIZE];

    private final SecretKeySpec encryptKey;
    private final byte[] macR;
    private final SecureRandom random;
    private final Cipher counterMode;
    private final Cipher nonceCipher;
    private final Poly1305 poly1305;

    /// A box of `key`, whose IVs come from `random`.
    public SealedBox(MasterKey key, SecureRandom random) {
        this(key, random, Poly1305.create());
    }

    SealedBox(MasterKey key, SecureRandom random, Poly1305 poly1305) {
        this.encryptKey = new SecretKeySpec(key.encrypt(), "AES");
        this.macR = key.macR();
        this.random = random;
        this.poly1305 = poly1305;
        try {
            counterMode = Cipher.getInstance("AES/CTR/NoPadding");
            nonceCipher = Cipher.getInstance("AES/ECB/NoPadding");
            nonceCipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.macK(), "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /// Seals `source[offset, offset + length)` into `target` at `targetOffset`. The two must not
    /// overlap.
    ///
    /// @return the sealed length, `length + OVERHEAD`
    public int seal(byte[] source, int offset, int length, byte[] target, int targetOffset) {
        check(source, offset, length, target, targetOffset, length + OVERHEAD);
        byte[] iv = new byte[IV_SIZE];
        random.nextBytes(iv);
        sealWith(iv, source, offset, length, target, targetOffset);
        return length + OVERHEAD;
    }

    /// Opens `source[offset, offset + length)` into `target` at `targetOffset`. The two must not
    /// overlap. Nothing is decrypted before the tag was found right.
    ///
    /// @return the plaintext's length, `length - OVERHEAD`
    public int open(byte[] source, int offset, int length, byte[] target, int targetOffset)
            throws SealBrokenException {
        if (length < OVERHEAD) {
            throw new SealBrokenException(
                    "sealed data of " + length + " bytes is shorter than " + OVERHEAD);
        }
        int size = length - OVERHEAD;
        check(source, offset, length, target, targetOffset, size);
        byte[] iv = Arrays.copyOfRange(source, offset, offset + IV_SIZE);
        if (MessageDigest.isEqual(iv, ZERO_IV)) {
            throw new SealBrokenException("sealed data begins with an all-zero IV");
        }
        int textAt = offset + IV_SIZE;
        byte[] expected = tag(iv, source, textAt, size);
        byte[] actual = Arrays.copyOfRange(source, textAt + size, offset + length);
        if (!MessageDigest.isEqual(expected, actual)) {
            throw new SealBrokenException(
                    "authentication failed: damaged, or sealed by another key");
        }
        crypt(iv, source, textAt, size, target, targetOffset);
        return size;
    }

    void sealWith(byte[] iv, byte[] source, int offset, int length, byte[] target, int at) {
        if (MessageDigest.isEqual(iv, ZERO_IV)) {
            throw new IllegalStateException("the source of randomness gave an all-zero IV");
        }
        System.arraycopy(iv, 0, target, at, IV_SIZE);
        int textAt = at + IV_SIZE;
        crypt(iv, source, offset, length, target, textAt);
        byte[] tag = tag(iv, target, textAt, length);
        System.arraycopy(tag, 0, target, textAt + length, Poly1305.TAG_SIZE);
    }

    private void crypt(byte[] iv, byte[] source, int offset, int length, byte[] target, int at) {
        try {
            counterMode.init(Cipher.ENCRYPT_MODE, encryptKey, new IvParameterSpec(iv));
            int done = 0;
            while (length - done > SLICE) {
                done += counterMode.update(source, offset + done, SLICE, target, at + done);
            }
            done += counterMode.doFinal(source, offset + done, length - done, target, at + done);
            if (done != length) {
                throw new IllegalStateException("AES-CTR gave " + done + " bytes for " + length);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CTR failed", e);
        }
    }

    private byte[] tag(byte[] iv, byte[] text, int offset, int length) {
        byte[] rs = Arrays.copyOf(macR, 2 * Poly1305.TAG_SIZE);
        try {
            nonceCipher.doFinal(iv, 0, IV_SIZE, rs, Poly1305.TAG_SIZE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed", e);
        }
        poly1305.init(rs);
        int end = offset + length;
        for (int at = offset; at < end; at += SLICE) {
            poly1305.update(text, at, Math.min(SLICE, end - at));
        }
        return poly1305.finish();
    }

    @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
    private static void check(
            byte[] source, int offset, int length, byte[] target, int at, int size) {
        Objects.checkFromIndexSize(offset, length, source.length);
        Objects.checkFromIndexSize(at, size, target.length);
        if (source == target && offset < at + size && at < offset + length) {
            throw new IllegalArgumentException("source and target overlap");
        }
    }
}
