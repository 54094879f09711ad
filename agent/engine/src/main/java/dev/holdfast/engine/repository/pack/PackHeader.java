package dev.holdfast.engine.repository.pack;

import dev.holdfast.engine.crypto.SealBrokenException;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.Sha256;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The header of a pack: an entry for each blob in the order they lie, sealed, with its length
/// after it (repository format, section 8).
public final class PackHeader {
    /// Bytes of the length at the very end.
    public static final int TRAILER_LENGTH = 4;

    /// Most bytes of a sealed header that readers accept.
    public static final int SEALED_LENGTH_MAX = 16 << 20;

    /// Most blobs of a pack: with one more, entries of 41 bytes would exceed the header's limit.
    public static final int ENTRIES_MAX = 409_199;

    private static final int PLAIN_ENTRY = 1 + 4 + Sha256.SIZE;
    private static final int COMPRESSED_ENTRY = PLAIN_ENTRY + 4;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private PackHeader() {}

    /// Bytes of one entry.
    public static int entryLength(boolean compressed) {
        return compressed ? COMPRESSED_ENTRY : PLAIN_ENTRY;
    }

    /// Size that a pack with these blobs has.
    public static long packSize(List<PackEntry> entries) {
        return SealedBox.OVERHEAD
                + TRAILER_LENGTH
                + entries.stream().mapToLong(e -> e.length() + e.headerLength()).sum();
    }

    /// Length of the sealed header that the last bytes of a pack give.
    ///
    /// @param trailer whose last 4 bytes are the pack's last
    /// @param packSize of the whole pack
    public static int sealedLength(byte[] trailer, long packSize) throws PackFormatException {
        if (trailer.length < TRAILER_LENGTH) {
            throw new PackFormatException("it is " + packSize + " bytes, too short for a pack");
        }
        long length =
                Integer.toUnsignedLong((int) INT.get(trailer, trailer.length - TRAILER_LENGTH));
        if (length < SealedBox.OVERHEAD + PLAIN_ENTRY
                || length > SEALED_LENGTH_MAX
                || length > packSize - TRAILER_LENGTH) {
            throw new PackFormatException(
                    "its header cannot be " + length + " bytes in a pack of " + packSize);
        }
        return (int) length;
    }

    /// Opens and reads a sealed header.
    ///
    /// @param sealed which holds it at `[offset, offset + length)`
    /// @param blobBytes bytes of the pack before the header: the blobs must fill them exactly
    public static List<PackEntry> open(
            SealedBox box, byte[] sealed, int offset, int length, long blobBytes)
            throws PackFormatException {
        byte[] plain = new byte[Math.max(0, length - SealedBox.OVERHEAD)];
        try {
            box.open(sealed, offset, length, plain, 0);
        } catch (SealBrokenException e) {
            throw new PackFormatException("its header does not decrypt", e);
        }
        List<PackEntry> entries = decode(plain);
        int end = entries.isEmpty() ? 0 : entries.getLast().end();
        if (end != blobBytes) {
            throw new PackFormatException(
                    "its header describes " + end + " bytes of blobs where there are " + blobBytes);
        }
        return entries;
    }

    /// Reads the plaintext of a header.
    static List<PackEntry> decode(byte[] plain) throws PackFormatException {
        List<PackEntry> entries = new ArrayList<>(plain.length / PLAIN_ENTRY);
        long blobOffset = 0;
        int at = 0;
        while (at < plain.length) {
            int kind = plain[at];
            if (kind < 0 || kind > 3) {
                throw new PackFormatException("its header has an entry of unknown type " + kind);
            }
            boolean compressed = kind >= 2;
            if (plain.length - at < entryLength(compressed)) {
                throw new PackFormatException("its header ends in the middle of an entry");
            }
            int length = (int) INT.get(plain, at + 1);
            int uncompressed = compressed ? (int) INT.get(plain, at + 5) : 0;
            if (length < SealedBox.OVERHEAD
                    || uncompressed < 0
                    || (compressed && uncompressed == 0)
                    || blobOffset + length > Integer.MAX_VALUE) {
                throw new PackFormatException(
                        "its header has a blob of impossible length "
                                + Integer.toUnsignedString(length)
                                + ", "
                                + Integer.toUnsignedString(uncompressed));
            }
            Sha256 id = Sha256.read(plain, at + (compressed ? 9 : 5));
            BlobType type = (kind & 1) == 0 ? BlobType.DATA : BlobType.TREE;
            entries.add(
                    new PackEntry(type, new BlobId(id), (int) blobOffset, length, uncompressed));
            blobOffset += length;
            at += entryLength(compressed);
        }
        return entries;
    }

    /// Writes one entry at `target[at…]` and returns its length.
    static int encode(PackEntry entry, byte[] target, int at) {
        boolean compressed = entry.uncompressedLength() != 0;
        target[at] = (byte) ((entry.type() == BlobType.TREE ? 1 : 0) + (compressed ? 2 : 0));
        INT.set(target, at + 1, entry.length());
        if (compressed) {
            INT.set(target, at + 5, entry.uncompressedLength());
        }
        entry.id().hash().write(target, at + (compressed ? 9 : 5));
        return entryLength(compressed);
    }

    /// Writes the length of the sealed header.
    static void encodeTrailer(int sealedLength, byte[] target, int at) {
        INT.set(target, at, sealedLength);
    }
}
