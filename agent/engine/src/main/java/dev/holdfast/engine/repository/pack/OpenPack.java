package dev.holdfast.engine.repository.pack;

import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A pack being filled in memory. Room for a blob is reserved first and filled afterwards, so that
/// several threads seal into one pack at the same time. Not safe for use by many threads: the
/// owner's lock guards everything but the bytes of a reserved range.
public final class OpenPack {
    private final BlobType type;
    private final byte[] buffer;
    private final List<PackEntry> entries = new ArrayList<>();
    private byte[] header = new byte[4096];
    private int headerSize;
    private int size;
    private int open; // reserved and not yet filled

    /// @param buffer that the pack is built in: its length bounds the pack
    public OpenPack(BlobType type, byte[] buffer) {
        this.type = type;
        this.buffer = buffer;
    }

    /// Length of buffer that a pack with a single blob needs.
    public static long bufferLength(long sealedLength) {
        return sealedLength
                + PackHeader.entryLength(true)
                + SealedBox.OVERHEAD
                + PackHeader.TRAILER_LENGTH;
    }

    public BlobType type() {
        return type;
    }

    public byte[] buffer() {
        return buffer;
    }

    /// Bytes of the blobs so far; of the whole pack once finished.
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public List<PackEntry> entries() {
        return entries;
    }

    /// Whether one more blob of this sealed length has room.
    public boolean fits(int sealedLength) {
        return entries.size() < PackHeader.ENTRIES_MAX
                && headerSize + bufferLength(sealedLength) <= buffer.length - size;
    }

    /// Reserves room for a blob; its sealed bytes belong at [PackEntry#offset()] of the buffer.
    public PackEntry reserve(BlobId id, int sealedLength, int uncompressedLength) {
        if (!fits(sealedLength)) {
            throw new IllegalStateException("no room for " + sealedLength + " bytes");
        }
        PackEntry entry = new PackEntry(type, id, size, sealedLength, uncompressedLength);
        if (header.length - headerSize < entry.headerLength()) {
            header = Arrays.copyOf(header, header.length * 2);
        }
        headerSize += PackHeader.encode(entry, header, headerSize);
        size += sealedLength;
        entries.add(entry);
        open++;
        return entry;
    }

    /// Says that a reserved range is filled.
    public void filled() {
        open--;
    }

    /// Whether every reserved range is filled.
    public boolean complete() {
        return open == 0;
    }

    /// Writes header and trailer after the blobs.
    public void finish(SealedBox box) {
        if (!complete() || isEmpty()) {
            throw new IllegalStateException("a pack with " + open + " open of " + entries.size());
        }
        int sealed = box.seal(header, 0, headerSize, buffer, size);
        PackHeader.encodeTrailer(sealed, buffer, size + sealed);
        size += sealed + PackHeader.TRAILER_LENGTH;
    }
}
