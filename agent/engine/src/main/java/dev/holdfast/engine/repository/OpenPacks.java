package dev.holdfast.engine.repository;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.pack.OpenPack;
import dev.holdfast.engine.repository.pack.PackEntry;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The packs being filled: one for data and one for trees, as they never share a pack. Workers
/// reserve room and seal into it at the same time; whoever is the last to leave a full pack passes
/// it on. Safe for use by many threads.
final class OpenPacks {
    private final PackBuffers buffers;
    private final int target;
    private final Consumer<OpenPack> full;
    private final ReentrantLock lock = new ReentrantLock(); // guards open and all packs' entries
    private final Map<BlobType, OpenPack> open = new EnumMap<>(BlobType.class);

    /// Room for one sealed blob.
    record Room(OpenPack pack, PackEntry entry) {}

    /// @param target bytes of blobs at which a pack is full
    /// @param full takes packs that nothing is added to any more
    OpenPacks(PackBuffers buffers, int target, Consumer<OpenPack> full) {
        this.buffers = buffers;
        this.target = target;
        this.full = full;
    }

    /// Reserves room, waiting for a buffer if need be; empty once stopped. Follow it by
    /// [#filled(Room)].
    Optional<Room> reserve(BlobType type, BlobId id, int sealedLength, int uncompressedLength)
            throws InterruptedException {
        if (OpenPack.bufferLength(sealedLength) > buffers.length()) {
            long length = OpenPack.bufferLength(sealedLength);
            OpenPack own = new OpenPack(type, new byte[Math.toIntExact(length)]);
            return Optional.of(new Room(own, own.reserve(id, sealedLength, uncompressedLength)));
        }
        byte @Nullable [] buffer = null;
        while (true) {
            OpenPack left = null;
            lock.lock();
            try {
                OpenPack pack = open.get(type);
                if (pack != null && !pack.fits(sealedLength)) {
                    open.remove(type);
                    left = pack.complete() ? pack : null;
                    pack = null;
                }
                if (pack == null && buffer != null) {
                    pack = new OpenPack(type, buffer);
                    buffer = null;
                    open.put(type, pack);
                }
                if (pack != null) {
                    return Optional.of(
                            new Room(pack, pack.reserve(id, sealedLength, uncompressedLength)));
                }
            } finally {
                lock.unlock();
                if (buffer != null) {
                    buffers.give(buffer); // another worker was faster to open a pack
                    buffer = null;
                }
                if (left != null) {
                    full.accept(left);
                }
            }
            buffer = buffers.take(); // not under the lock: others fill and leave packs meanwhile
            if (buffer.length == 0) {
                return Optional.empty();
            }
        }
    }

    /// Says that the reserved room is filled.
    void filled(Room room) {
        OpenPack pack = room.pack();
        boolean left;
        lock.lock();
        try {
            pack.filled();
            if (open.get(pack.type()) == pack && pack.size() >= target) {
                open.remove(pack.type());
            }
            left = open.get(pack.type()) != pack && pack.complete();
        } finally {
            lock.unlock();
        }
        if (left) {
            full.accept(pack);
        }
    }

    /// Passes on what is left; all room is filled.
    void flush() {
        lock.lock();
        try {
            open.values().stream().filter(pack -> !pack.isEmpty()).forEach(full);
            open.clear();
        } finally {
            lock.unlock();
        }
    }
}
