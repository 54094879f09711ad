package dev.holdfast.engine.repository.pack;

import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;

/// One blob in a pack.
///
/// @param offset of its first sealed byte
/// @param length of its sealed bytes
/// @param uncompressedLength of its plaintext; 0 where it is stored without compression
public record PackEntry(BlobType type, BlobId id, int offset, int length, int uncompressedLength) {
    public PackEntry {
        if (offset < 0
                || length < SealedBox.OVERHEAD
                || uncompressedLength < 0
                || offset > Integer.MAX_VALUE - length) {
            throw new IllegalArgumentException(
                    "impossible entry: offset "
                            + offset
                            + ", length "
                            + length
                            + ", uncompressed length "
                            + uncompressedLength);
        }
    }

    /// First byte after the blob.
    public int end() {
        return offset + length;
    }

    /// Bytes of the blob once decoded.
    public int plaintextLength() {
        return uncompressedLength == 0 ? length - SealedBox.OVERHEAD : uncompressedLength;
    }

    /// Bytes that the pack's header spends on it.
    public int headerLength() {
        return PackHeader.entryLength(uncompressedLength != 0);
    }
}
