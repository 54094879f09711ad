package dev.holdfast.engine.repository.index;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.repository.pack.PackEntry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Every blob of a repository and every place it lies at. Found in constant time; takes about 46
/// bytes a blob: 40 of the entry and 5 to 6 of its slot, besides 46 a pack. Safe for use by many
/// threads.
public final class BlobIndex {
    private final ReadWriteLock lock = new ReentrantReadWriteLock(); // guards all below
    private final EntryTable entries = new EntryTable();
    private final SlotTable blobSlots = new SlotTable(entries::word0);
    private final SlotTable packSlots = new SlotTable(this::packWord0);

    /// A pack is a run of entries: four words of id, the number of its first entry, the end of its
    /// blobs. The next pack's first entry ends the run.
    private long[] packIds = new long[64 * 4];

    private int[] packFirst = new int[64];
    private int[] packEnd = new int[64];
    private int packs;

    /// Packs that index files disagree about: they are several runs.
    private final Map<PackId, List<Integer>> splitPacks = new HashMap<>();

    /// Where one blob lies.
    public record Place(PackId pack, PackEntry entry) {}

    /// Called for one pack.
    @FunctionalInterface
    public interface PackAction {
        void accept(PackId pack, List<PackEntry> entries);
    }

    /// Makes room at once for about this many blobs.
    public void reserve(int blobs) {
        Lock write = lock.writeLock();
        write.lock();
        try {
            blobSlots.reserve(blobs);
        } finally {
            write.unlock();
        }
    }

    /// Adds what an index file says of a pack. What is known already is dropped; where files differ
    /// about a pack, everything that any of them says is kept.
    public void add(PackId pack, List<PackEntry> blobs) {
        List<PackEntry> sorted = new ArrayList<>(blobs);
        sorted.sort(Comparator.comparingInt(PackEntry::offset));
        Lock write = lock.writeLock();
        write.lock();
        try {
            int known = findPack(pack);
            if (known < 0) {
                addRun(pack, sorted);
                packSlots.add(packs - 1);
                return;
            }
            Set<PackEntry> old = new HashSet<>(runsOf(pack, known));
            boolean same = old.size() == sorted.size() && old.containsAll(sorted);
            if (!same) {
                List<Integer> runs =
                        splitPacks.computeIfAbsent(pack, _ -> new ArrayList<>(List.of(known)));
                sorted.removeIf(old::contains);
                if (!sorted.isEmpty()) {
                    addRun(pack, sorted);
                    runs.add(packs - 1);
                }
            }
        } finally {
            write.unlock();
        }
    }

    /// Whether the blob is anywhere.
    public boolean contains(BlobType type, BlobId id) {
        Lock read = lock.readLock();
        read.lock();
        try {
            return find(type, id.hash()) >= 0;
        } finally {
            read.unlock();
        }
    }

    /// Bytes of the blob's plaintext; -1 where it is nowhere.
    public int plaintextLength(BlobType type, BlobId id) {
        Lock read = lock.readLock();
        read.lock();
        try {
            int slot = find(type, id.hash());
            return slot < 0 ? -1 : place(blobSlots.number(slot)).entry().plaintextLength();
        } finally {
            read.unlock();
        }
    }

    /// Every place the blob lies at.
    public List<Place> places(BlobType type, BlobId id) {
        Lock read = lock.readLock();
        read.lock();
        try {
            List<Place> places = new ArrayList<>(1);
            long hash = id.hash().word0();
            for (int slot = blobSlots.first(hash); slot >= 0; slot = blobSlots.next(slot, hash)) {
                int entry = blobSlots.number(slot);
                if (entries.is(entry, type, id.hash())) {
                    places.add(place(entry));
                }
            }
            return places;
        } finally {
            read.unlock();
        }
    }

    /// Calls `action` for each pack once, its blobs ordered by offset. What is added meanwhile may
    /// be left out; `action` runs without a lock.
    public void forEachPack(PackAction action) {
        int count = packRuns();
        for (int run = 0; run < count; run++) {
            PackId id;
            List<PackEntry> blobs;
            Lock read = lock.readLock();
            read.lock();
            try {
                id = packId(run);
                int first = findPack(id);
                if (first != run) {
                    continue; // a further run of a pack that was met before
                }
                blobs = runsOf(id, run);
            } finally {
                read.unlock();
            }
            action.accept(id, blobs);
        }
    }

    /// What is in a pack, ordered by offset; empty where the pack is unknown.
    public List<PackEntry> entries(PackId pack) {
        Lock read = lock.readLock();
        read.lock();
        try {
            int first = findPack(pack);
            return first < 0 ? List.of() : runsOf(pack, first);
        } finally {
            read.unlock();
        }
    }

    /// Number of entries; a blob counts once for each place.
    public int blobCount() {
        Lock read = lock.readLock();
        read.lock();
        try {
            return entries.size();
        } finally {
            read.unlock();
        }
    }

    /// Number of packs.
    public int packCount() {
        Lock read = lock.readLock();
        read.lock();
        try {
            int further = splitPacks.values().stream().mapToInt(runs -> runs.size() - 1).sum();
            return packs - further;
        } finally {
            read.unlock();
        }
    }

    /// Packs that index files say different things about.
    public Set<PackId> disputedPacks() {
        Lock read = lock.readLock();
        read.lock();
        try {
            return new TreeSet<>(splitPacks.keySet());
        } finally {
            read.unlock();
        }
    }

    /// Memory of the arrays, which is nearly all it takes.
    long bytes() {
        Lock read = lock.readLock();
        read.lock();
        try {
            long runs = packIds.length * (long) Long.BYTES + packFirst.length * 8L;
            return entries.bytes() + blobSlots.bytes() + packSlots.bytes() + runs;
        } finally {
            read.unlock();
        }
    }

    private int packRuns() {
        Lock read = lock.readLock();
        read.lock();
        try {
            return packs;
        } finally {
            read.unlock();
        }
    }

    private int find(BlobType type, Sha256 id) {
        long hash = id.word0();
        for (int slot = blobSlots.first(hash); slot >= 0; slot = blobSlots.next(slot, hash)) {
            if (entries.is(blobSlots.number(slot), type, id)) {
                return slot;
            }
        }
        return -1;
    }

    private Place place(int entry) {
        int at = Arrays.binarySearch(packFirst, 0, packs, entry);
        int run = at >= 0 ? at : -at - 2;
        return new Place(packId(run), entries.get(entry, nextOffset(run, entry)));
    }

    private int nextOffset(int run, int entry) {
        return entry + 1 < runEnd(run) ? entries.offset(entry + 1) : packEnd[run];
    }

    private int runEnd(int run) {
        return run + 1 < packs ? packFirst[run + 1] : entries.size();
    }

    private List<PackEntry> runsOf(PackId pack, int firstRun) {
        List<PackEntry> blobs = new ArrayList<>();
        for (int run : splitPacks.getOrDefault(pack, List.of(firstRun))) {
            for (int entry = packFirst[run]; entry < runEnd(run); entry++) {
                blobs.add(entries.get(entry, nextOffset(run, entry)));
            }
        }
        blobs.sort(Comparator.comparingInt(PackEntry::offset));
        return blobs;
    }

    private void addRun(PackId pack, List<PackEntry> sorted) {
        if (packs == packFirst.length) {
            int grown = packs + packs / 4;
            packIds = Arrays.copyOf(packIds, grown * 4);
            packFirst = Arrays.copyOf(packFirst, grown);
            packEnd = Arrays.copyOf(packEnd, grown);
        }
        Sha256 hash = pack.hash();
        packIds[packs * 4] = hash.word0();
        packIds[packs * 4 + 1] = hash.word1();
        packIds[packs * 4 + 2] = hash.word2();
        packIds[packs * 4 + 3] = hash.word3();
        packFirst[packs] = entries.size();
        packEnd[packs] = sorted.isEmpty() ? 0 : sorted.getLast().end();
        packs++;
        for (int i = 0; i < sorted.size(); i++) {
            PackEntry entry = sorted.get(i);
            int next = i + 1 < sorted.size() ? sorted.get(i + 1).offset() : entry.end();
            entries.add(entry, next);
            blobSlots.add(entries.size() - 1);
        }
    }

    private int findPack(PackId pack) {
        long hash = pack.hash().word0();
        int found = -1;
        for (int slot = packSlots.first(hash); slot >= 0; slot = packSlots.next(slot, hash)) {
            if (packId(packSlots.number(slot)).equals(pack)) {
                found = packSlots.number(slot);
            }
        }
        return found;
    }

    private PackId packId(int run) {
        return new PackId(
                new Sha256(
                        packIds[run * 4],
                        packIds[run * 4 + 1],
                        packIds[run * 4 + 2],
                        packIds[run * 4 + 3]));
    }

    private long packWord0(int run) {
        return packIds[run * 4];
    }
}
