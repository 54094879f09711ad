package dev.holdfast.engine.repository.index;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.repository.pack.PackEntry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Entries of packs in primitive arrays, numbered in the order added: 40 bytes each. The length of
/// a blob is not kept, since the next one begins where it ends; where that is not so the length
/// goes to a map. Not safe for use by many threads.
final class EntryTable {
    /// Entries in one array: growing copies pointers alone, and little stays unused.
    private static final int SEGMENT = 4096;

    private static final int COMPRESSED_LENGTH = 0x7fff_ffff;
    private static final int TREE = 0x8000_0000;
    private static final int WORDS = 4;

    private long[][] ids = new long[16][];
    private int[][] offsets = new int[16][];
    private int[][] kinds = new int[16][]; // uncompressed length, with TREE for a tree
    private final Map<Integer, Integer> oddLengths = new HashMap<>();
    private int size;

    int size() {
        return size;
    }

    /// Adds an entry.
    ///
    /// @param nextOffset where the next entry of the pack begins, or the pack's blobs end
    void add(PackEntry entry, int nextOffset) {
        int segment = size / SEGMENT;
        if (segment == ids.length) {
            ids = Arrays.copyOf(ids, segment * 2);
            offsets = Arrays.copyOf(offsets, segment * 2);
            kinds = Arrays.copyOf(kinds, segment * 2);
        }
        int at = size % SEGMENT;
        if (at == 0) {
            ids[segment] = new long[SEGMENT * WORDS];
            offsets[segment] = new int[SEGMENT];
            kinds[segment] = new int[SEGMENT];
        }
        Sha256 hash = entry.id().hash();
        long[] words = ids[segment];
        words[at * WORDS] = hash.word0();
        words[at * WORDS + 1] = hash.word1();
        words[at * WORDS + 2] = hash.word2();
        words[at * WORDS + 3] = hash.word3();
        offsets[segment][at] = entry.offset();
        kinds[segment][at] =
                entry.uncompressedLength() | (entry.type() == BlobType.TREE ? TREE : 0);
        if (nextOffset - entry.offset() != entry.length()) {
            oddLengths.put(size, entry.length());
        }
        size++;
    }

    /// The part of the id that orders the slots.
    long word0(int entry) {
        return ids[entry / SEGMENT][entry % SEGMENT * WORDS];
    }

    boolean is(int entry, BlobType type, Sha256 id) {
        long[] words = ids[entry / SEGMENT];
        int at = entry % SEGMENT * WORDS;
        return words[at] == id.word0()
                && words[at + 1] == id.word1()
                && words[at + 2] == id.word2()
                && words[at + 3] == id.word3()
                && type(entry) == type;
    }

    /// Bytes of the plaintext.
    int plaintextLength(int entry, int nextOffset) {
        return get(entry, nextOffset).plaintextLength();
    }

    int offset(int entry) {
        return offsets[entry / SEGMENT][entry % SEGMENT];
    }

    /// The entry as it was added.
    PackEntry get(int entry, int nextOffset) {
        long[] words = ids[entry / SEGMENT];
        int at = entry % SEGMENT;
        Sha256 id =
                new Sha256(
                        words[at * WORDS],
                        words[at * WORDS + 1],
                        words[at * WORDS + 2],
                        words[at * WORDS + 3]);
        int offset = offsets[entry / SEGMENT][at];
        Integer odd = oddLengths.isEmpty() ? null : oddLengths.get(entry);
        return new PackEntry(
                type(entry),
                new BlobId(id),
                offset,
                odd == null ? nextOffset - offset : odd,
                kinds[entry / SEGMENT][at] & COMPRESSED_LENGTH);
    }

    /// Memory of the entries.
    long bytes() {
        long segments = (size + SEGMENT - 1L) / SEGMENT;
        return segments * SEGMENT * (WORDS * Long.BYTES + 2 * Integer.BYTES);
    }

    private BlobType type(int entry) {
        return kinds[entry / SEGMENT][entry % SEGMENT] < 0 ? BlobType.TREE : BlobType.DATA;
    }
}
