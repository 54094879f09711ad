package dev.holdfast.engine.crypto;

import org.bouncycastle.crypto.generators.SCrypt;

import java.util.Arrays;

/// Derives the key that opens a key file from a password (repository format, section 4).
public final class PasswordKdf {
    private static final int DERIVED_SIZE = MasterKey.ENCRYPT_SIZE + 2 * MasterKey.MAC_SIZE;

    private PasswordKdf() {}

    /// The key of `password`, whose bytes are taken as they are: no trimming, no normalisation.
    public static MasterKey derive(Secret password, byte[] salt, ScryptParameters cost) {
        byte[] bytes = password.copyBytes();
        byte[] derived = SCrypt.generate(bytes, salt, cost.n(), cost.r(), cost.p(), DERIVED_SIZE);
        try {
            int k = MasterKey.ENCRYPT_SIZE;
            int r = k + MasterKey.MAC_SIZE;
            return new MasterKey(
                    Arrays.copyOf(derived, k),
                    Arrays.copyOfRange(derived, k, r),
                    Arrays.copyOfRange(derived, r, DERIVED_SIZE));
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(derived, (byte) 0);
        }
    }
}
