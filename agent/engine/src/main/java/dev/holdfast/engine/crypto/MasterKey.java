package dev.holdfast.engine.crypto;

import java.security.MessageDigest;
import java.security.SecureRandom;

/// The key that seals a repository's objects, or the one derived from a password that seals it
/// (repository format, section 5): an AES-256 key and the two halves of a Poly1305-AES key, `r`
/// unclamped as it is stored. Immutable.
public final class MasterKey {
    /// Bytes of the encryption key.
    public static final int ENCRYPT_SIZE = 32;

    /// Bytes of each half of the MAC key.
    public static final int MAC_SIZE = 16;

    private final byte[] encrypt;
    private final byte[] macK;
    private final byte[] macR;

    /// A key of copies of its parts.
    ///
    /// @throws IllegalArgumentException where a part has a wrong size or is all zero
    public MasterKey(byte[] encrypt, byte[] macK, byte[] macR) {
        this.encrypt = checked("encryption key", encrypt, ENCRYPT_SIZE);
        this.macK = checked("MAC key k", macK, MAC_SIZE);
        this.macR = checked("MAC key r", macR, MAC_SIZE);
    }

    /// A new random key.
    public static MasterKey random(SecureRandom random) {
        byte[] encrypt = new byte[ENCRYPT_SIZE];
        byte[] macK = new byte[MAC_SIZE];
        byte[] macR = new byte[MAC_SIZE];
        random.nextBytes(encrypt);
        random.nextBytes(macK);
        random.nextBytes(macR);
        return new MasterKey(encrypt, macK, macR);
    }

    /// A copy of the AES-256 key.
    public byte[] encrypt() {
        return encrypt.clone();
    }

    /// A copy of the MAC's AES-128 key.
    public byte[] macK() {
        return macK.clone();
    }

    /// A copy of the MAC's multiplier, unclamped.
    public byte[] macR() {
        return macR.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MasterKey that
                && MessageDigest.isEqual(encrypt, that.encrypt)
                && MessageDigest.isEqual(macK, that.macK)
                && MessageDigest.isEqual(macR, that.macR);
    }

    @Override
    public int hashCode() {
        return 0; // keys are never looked up, and a hash of one would tell about it
    }

    @Override
    public String toString() {
        return "***";
    }

    private static byte[] checked(String what, byte[] part, int size) {
        if (part.length != size) {
            throw new IllegalArgumentException(
                    what + " has " + part.length + " bytes, not " + size);
        }
        if (MessageDigest.isEqual(part, new byte[size])) {
            throw new IllegalArgumentException(what + " is all zero");
        }
        return part.clone();
    }
}
