package dev.holdfast.engine.repository;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;

/// Where one sealed blob lies.
///
/// @param offset of its first byte in the pack
/// @param length of the sealed bytes
/// @param uncompressedLength of its plaintext; 0 where it is stored without compression
public record BlobLocation(
        PackId pack, BlobType type, BlobId id, int offset, int length, int uncompressedLength) {
    /// Bytes that sealing adds to a blob.
    static final int SEAL_OVERHEAD = 32;

    public BlobLocation {
        if (offset < 0 || length < SEAL_OVERHEAD || uncompressedLength < 0) {
            throw new IllegalArgumentException(
                    "impossible location of blob "
                            + id
                            + " in pack "
                            + pack
                            + ": "
                            + offset
                            + " +"
                            + length
                            + ", "
                            + uncompressedLength);
        }
    }

    /// Whether the blob is stored compressed.
    public boolean compressed() {
        return uncompressedLength != 0;
    }

    /// Bytes of the blob once decoded.
    public int plaintextLength() {
        return compressed() ? uncompressedLength : length - SEAL_OVERHEAD;
    }
}
