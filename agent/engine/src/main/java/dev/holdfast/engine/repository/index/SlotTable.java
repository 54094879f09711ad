package dev.holdfast.engine.repository.index;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/// Finds numbered things by a 64-bit hash that is uniformly distributed, as each part of a SHA-256
/// is: open addressing with 4 bytes a slot. The slots are in the order of their hashes, so that a
/// search ends at the first larger one and growing is one pass. Not safe for use by many threads.
final class SlotTable {
    private static final int EMPTY = -1;

    /// Slots after the last place a hash can belong, for what is displaced from there; more are
    /// added where they do not suffice.
    private static final int TAIL = 256;

    private final IntToLongFunction hashes;
    private int[] slots;
    private int homes; // places a hash can belong
    private int size;

    /// @param hashes hash of a thing by its number
    SlotTable(IntToLongFunction hashes) {
        this.hashes = hashes;
        this.homes = 64;
        this.slots = empty(homes);
    }

    /// Makes room for this many things at once.
    void reserve(int count) {
        if (count > capacity(homes)) {
            rebuild(homesFor(count));
        }
    }

    /// Adds a thing; there may be others of the same hash.
    void add(int number) {
        if (size >= capacity(homes)) {
            rebuild(homesFor((int) Math.min(Integer.MAX_VALUE, size + growth(size))));
        }
        insert(hashes.applyAsLong(number), number);
        size++;
    }

    /// Slot of the first thing of this hash; -1 where there is none.
    int first(long hash) {
        int slot = lowerBound(hash);
        return slots[slot] != EMPTY && hashes.applyAsLong(slots[slot]) == hash ? slot : -1;
    }

    /// Slot of the next thing of this hash after `slot`; -1 where there is none.
    int next(int slot, long hash) {
        int next = slot + 1;
        return slots[next] != EMPTY && hashes.applyAsLong(slots[next]) == hash ? next : -1;
    }

    /// Number of the thing in a slot.
    int number(int slot) {
        return slots[slot];
    }

    /// Memory of the slots.
    long bytes() {
        return slots.length * (long) Integer.BYTES;
    }

    private int lowerBound(long hash) {
        int slot = home(hash, homes);
        while (slots[slot] != EMPTY
                && Long.compareUnsigned(hashes.applyAsLong(slots[slot]), hash) < 0) {
            slot++;
        }
        return slot;
    }

    private void insert(long hash, int number) {
        int slot = lowerBound(hash);
        int end = slot;
        while (slots[end] != EMPTY) {
            end++;
        }
        if (end == slots.length - 1) { // the last slot stays empty: it ends every search
            slots = Arrays.copyOf(slots, slots.length + TAIL);
            Arrays.fill(slots, slots.length - TAIL, slots.length, EMPTY);
        }
        System.arraycopy(slots, slot, slots, slot + 1, end - slot);
        slots[slot] = number;
    }

    private void rebuild(int newHomes) {
        int[] spread = empty(newHomes);
        int free = 0;
        for (int number : slots) {
            if (number != EMPTY) {
                int slot = Math.max(free, home(hashes.applyAsLong(number), newHomes));
                if (slot >= spread.length - 1) {
                    int length = spread.length;
                    spread = Arrays.copyOf(spread, slot + 1 + TAIL);
                    Arrays.fill(spread, length, spread.length, EMPTY);
                }
                spread[slot] = number;
                free = slot + 1;
            }
        }
        slots = spread;
        homes = newHomes;
    }

    private static int home(long hash, int homes) {
        return (int) Math.unsignedMultiplyHigh(hash, homes);
    }

    /// Things before the table grows: 5 of 6 slots, where a search for what is not there looks at
    /// about three.
    private static int capacity(int homes) {
        return (int) (homes * 5L / 6);
    }

    private static int homesFor(int count) {
        return (int) Math.min(Integer.MAX_VALUE - TAIL - 16, count * 6L / 5 + 64);
    }

    /// Small tables double; large ones grow by an eighth, so that little is unused: they are made
    /// at about their size when the index is loaded, and what a run adds is little beside it.
    private static long growth(int size) {
        return size < 1 << 18 ? size + 64L : size / 8;
    }

    private static int[] empty(int homes) {
        int[] slots = new int[homes + TAIL];
        Arrays.fill(slots, EMPTY);
        return slots;
    }
}
