package dev.holdfast.engine.maintenance;

import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.concurrent.ByteBudget;
import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.repository.BlobDecoder;
import dev.holdfast.engine.repository.BlobLocation;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.PackContents;
import dev.holdfast.engine.repository.RepositoryException;

import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Reads whole packs and decodes every blob in them. As many threads read as the backend likes
/// connections, as many decode as there are cores, and a byte budget lies between.
final class PackCheck {
    private final IndexedRepository index;
    private final CheckState state;
    private final ByteBudget budget;
    private final Queue<BlobDecoder> decoders = new ConcurrentLinkedQueue<>();

    PackCheck(IndexedRepository index, CheckState state, long memoryMax) {
        this.index = index;
        this.state = state;
        this.budget = new ByteBudget(memoryMax);
    }

    void run(Map<PackId, Long> sizes) throws IOException, InterruptedException {
        Queue<Map.Entry<PackId, Long>> left = new ConcurrentLinkedQueue<>(sizes.entrySet());
        int cores = Runtime.getRuntime().availableProcessors();
        int readers = Math.max(1, index.repository().backend().connections());
        try (TaskGroup decoding = TaskGroup.ofPlatform("check packs", cores);
                TaskGroup reading = TaskGroup.ofVirtual("read packs")) {
            for (int i = 0; i < readers; i++) {
                reading.fork("reader " + i, () -> read(left, decoding));
            }
            reading.join(IOException.class);
            decoding.join(IOException.class);
        } finally {
            decoders.forEach(BlobDecoder::close);
        }
    }

    private boolean read(Queue<Map.Entry<PackId, Long>> left, TaskGroup decoding)
            throws IOException, InterruptedException {
        for (var next = left.poll(); next != null && !decoding.failed(); next = left.poll()) {
            PackId pack = next.getKey();
            long size = next.getValue();
            budget.acquire(size);
            byte[] file;
            try {
                file = load(pack);
            } catch (IOException e) {
                budget.release(size);
                if (!Check.isDamage(e)) {
                    throw e;
                }
                state.error(Check.object(pack), Check.message(e));
                continue;
            }
            decoding.fork(
                    pack.toString(),
                    () -> {
                        try {
                            check(index.packContents(pack), file);
                            state.packsRead.increment();
                            state.bytesRead.add(file.length);
                            state.step();
                        } finally {
                            budget.release(size);
                        }
                        return true;
                    });
        }
        return true;
    }

    private byte[] load(PackId pack) throws IOException, InterruptedException {
        return index.repository().backend().load(new Handle(FileType.PACK, pack.toString()));
    }

    private static boolean hashes(PackId pack, byte[] file) {
        return new Hasher().hash(file, 0, file.length).equals(pack.hash());
    }

    private void check(PackContents expected, byte[] first)
            throws IOException, InterruptedException {
        PackId pack = expected.pack();
        String object = Check.object(pack);
        byte[] file = first;
        if (!hashes(pack, file)) {
            file = load(pack); // once more: the error may be one of the way here
            if (!hashes(pack, file)) {
                state.error(object, "its content does not hash to its name");
            }
        }
        BlobDecoder ready = decoders.poll();
        BlobDecoder decoder = ready == null ? index.decoder() : ready;
        try {
            checkHeader(decoder, expected, file);
            for (BlobLocation blob : expected.blobs()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (blob.length() > file.length - blob.offset()) {
                    state.error(object, "ends before its blob " + blob.id());
                } else {
                    decode(decoder, blob, file);
                }
            }
        } finally {
            decoders.add(decoder);
        }
    }

    private void checkHeader(BlobDecoder decoder, PackContents expected, byte[] file) {
        try {
            PackContents header = decoder.header(expected.pack(), file);
            if (!header.equals(expected)) {
                state.error(
                        Check.object(expected.pack()), "its header and the index list other blobs");
            }
        } catch (RepositoryException e) {
            state.error(Check.object(expected.pack()), Check.message(e));
        }
    }

    private void decode(BlobDecoder decoder, BlobLocation blob, byte[] file) {
        try {
            decoder.decode(blob, file, blob.offset());
            state.blobsRead.increment();
        } catch (RepositoryException e) {
            state.error(Check.object(blob.pack()), Check.message(e));
        }
    }
}
