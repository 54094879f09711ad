package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.repository.index.BlobIndex;
import dev.holdfast.engine.repository.pack.OpenPack;
import dev.holdfast.engine.repository.pack.PackEntry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/// Stores blobs: hash, lookup, compress, seal, pack, upload, index. Safe for use by many threads.
///
/// Blobs wait in a queue bounded by their bytes for one of a few workers, which hash them, drop
/// those that are known, compress the others and seal them into the open pack of their type. Full
/// packs get their header and hash from an uploading thread, which stores them and then tells the
/// index. Memory is bounded by the queue and the number of pack buffers.
public final class BlobUploader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlobUploader.class);

    /// Room in a pack's buffer beyond its target size: a blob that does not fit begins a new pack.
    private static final int BUFFER_EXTRA = 1 << 20;

    private final Repository repository;
    private final BlobIndex index;
    private final IndexWriter indexWriter;
    private final UploadOptions options;
    private final UploadQueue queue;
    private final PackBuffers buffers;
    private final OpenPacks packs;
    private final BlockingQueue<Optional<OpenPack>> full = new LinkedBlockingQueue<>();
    private final Set<PendingBlob> pending = ConcurrentHashMap.newKeySet();
    private final Counters counters = new Counters();
    private final TaskGroup workers;
    private final TaskGroup uploads;
    private volatile boolean finished;
    private volatile boolean closed;

    private record PendingBlob(BlobType type, BlobId id) {}

    BlobUploader(
            Repository repository,
            BlobIndex index,
            IndexWriter indexWriter,
            UploadOptions options) {
        this.repository = repository;
        this.index = index;
        this.indexWriter = indexWriter;
        this.options = options;
        this.queue = new UploadQueue(options.plaintextBytes());
        this.buffers = new PackBuffers(options.packBuffers(), options.packSize() + BUFFER_EXTRA);
        this.packs =
                new OpenPacks(buffers, options.packSize(), pack -> full.add(Optional.of(pack)));
        this.workers = TaskGroup.ofPlatform("pack", options.workers());
        this.uploads = TaskGroup.ofVirtual("upload");
    }

    BlobUploader start() {
        for (int i = 0; i < options.workers(); i++) {
            workers.fork("worker " + i, () -> stoppingAll(this::work));
        }
        for (int i = 0; i < options.uploads(); i++) {
            uploads.fork("connection " + i, () -> stoppingAll(this::upload));
        }
        return this;
    }

    /// Hands in a blob, `bytes[offset, offset + length)`, which must stay as they are until
    /// `released` has run. Returns at once unless too many bytes are on their way.
    ///
    /// The future completes when the blob is sealed or found known; durable and indexed it is once
    /// [#finish()] returned. The first failure of anything makes this and `finish` throw it, and
    /// all open futures fail with it.
    public CompletableFuture<Stored> store(
            BlobType type, byte[] bytes, int offset, int length, Runnable released)
            throws IOException, InterruptedException {
        CompletableFuture<Stored> result = new CompletableFuture<>();
        queue.put(new UploadJob(type, bytes, offset, length, released, result));
        return result;
    }

    /// Stores all that is open and writes the index: what was handed in is then durable and
    /// indexed. Nothing can be handed in afterwards.
    public void finish() throws IOException, InterruptedException {
        queue.end();
        workers.join(IOException.class);
        queue.throwIfFailed();
        packs.flush();
        for (int i = 0; i < options.uploads(); i++) {
            full.add(Optional.empty());
        }
        uploads.join(IOException.class);
        queue.throwIfFailed();
        indexWriter.writeAll();
        finished = true;
    }

    public UploadCounts counts() {
        return counters.get();
    }

    /// Stops everything. Without [#finish()] before, packs that are stored are still indexed as
    /// well as possible, so that the next run need not store them again.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!finished) {
            stop(new IOException("the upload was stopped"));
        }
        workers.close();
        uploads.close();
        if (!finished) {
            for (UploadJob job : queue.drain()) {
                fail(job);
            }
            indexStored();
        }
    }

    private interface Loop {
        void run() throws IOException, InterruptedException;
    }

    /// Runs a worker or an upload; what it throws stops all others.
    private Void stoppingAll(Loop loop) throws IOException, InterruptedException {
        try {
            loop.run();
            return null;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            stop(e);
            throw e;
        }
    }

    private void stop(Throwable why) {
        queue.fail(why);
        buffers.stop();
        for (int i = 0; i < options.uploads(); i++) {
            full.add(Optional.empty());
        }
    }

    private void work() throws IOException, InterruptedException {
        try (BlobEncoder encoder =
                new BlobEncoder(
                        repository.masterKey(),
                        repository.context().random(),
                        options.compression(),
                        repository.config().compresses())) {
            List<UploadJob> batch = queue.take();
            while (!batch.isEmpty()) {
                for (UploadJob job : batch) {
                    work(encoder, job);
                }
                queue.done(batch);
                batch = queue.take();
            }
        }
    }

    private void work(BlobEncoder encoder, UploadJob job) throws InterruptedException {
        Stored stored;
        try {
            stored = queue.failure() == null ? encode(encoder, job) : null;
        } catch (InterruptedException | RuntimeException | Error e) {
            queue.fail(e);
            fail(job);
            throw e;
        }
        if (stored == null) {
            fail(job);
        } else {
            job.released().run();
            job.result().complete(stored);
        }
    }

    /// Encodes a blob into a pack; null where all was stopped meanwhile.
    private @Nullable Stored encode(BlobEncoder encoder, UploadJob job)
            throws InterruptedException {
        BlobId id = encoder.id(job);
        if (!claim(job.type(), id)) {
            return new Stored(id, false, 0);
        }
        int uncompressedLength = encoder.prepare(job);
        Optional<OpenPacks.Room> found =
                packs.reserve(job.type(), id, encoder.sealedLength(), uncompressedLength);
        if (found.isEmpty()) {
            return null;
        }
        OpenPacks.Room room = found.get();
        encoder.seal(room.pack().buffer(), room.entry().offset());
        packs.filled(room);
        int packedLength = room.entry().length() + room.entry().headerLength();
        counters.added(job.type(), job.length(), packedLength);
        return new Stored(id, true, packedLength);
    }

    /// Whether the blob is new and now ours to store.
    private boolean claim(BlobType type, BlobId id) {
        PendingBlob blob = new PendingBlob(type, id);
        if (index.contains(type, id) || !pending.add(blob)) {
            return false;
        }
        if (index.contains(type, id)) { // its pack was stored between the two looks
            pending.remove(blob);
            return false;
        }
        return true;
    }

    private void fail(UploadJob job) {
        job.released().run();
        Throwable why = queue.failure();
        job.result()
                .completeExceptionally(
                        why == null ? new IOException("the upload was stopped") : why);
    }

    private void upload() throws IOException, InterruptedException {
        SealedBox box = new SealedBox(repository.masterKey(), repository.context().random());
        Hasher hasher = new Hasher();
        Optional<OpenPack> next = full.take();
        while (next.isPresent() && queue.failure() == null) {
            upload(box, hasher, next.get());
            next = full.take();
        }
    }

    private void upload(SealedBox box, Hasher hasher, OpenPack pack)
            throws IOException, InterruptedException {
        pack.finish(box);
        PackId id = new PackId(hasher.hash(pack.buffer(), 0, pack.size()));
        repository.throwIfLockLost();
        Backend backend = repository.backend();
        backend.save(new Handle(FileType.PACK, id.toString()), pack.buffer(), 0, pack.size());
        List<PackEntry> entries = List.copyOf(pack.entries());
        indexWriter.add(id, entries, pack.size());
        index.add(id, entries);
        for (PackEntry entry : entries) {
            pending.remove(new PendingBlob(entry.type(), entry.id()));
        }
        counters.stored(pack.size());
        buffers.give(pack.buffer());
        indexWriter.writeIfDue(options.indexInterval().toNanos());
    }

    /// After a failure or an interruption: lists what is stored, unless the storage itself fails.
    private void indexStored() {
        boolean storageFails = queue.failure() instanceof BackendException;
        if (storageFails) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            indexWriter.writeAll();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("packs stored before the stop could not be indexed");
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Counts that many threads raise.
    private static final class Counters {
        private final LongAdder dataBlobs = new LongAdder();
        private final LongAdder treeBlobs = new LongAdder();
        private final LongAdder dataBytes = new LongAdder();
        private final LongAdder treeBytes = new LongAdder();
        private final LongAdder packedBytes = new LongAdder();
        private final LongAdder packs = new LongAdder();
        private final LongAdder packBytes = new LongAdder();

        void added(BlobType type, int length, int packedLength) {
            (type == BlobType.TREE ? treeBlobs : dataBlobs).increment();
            (type == BlobType.TREE ? treeBytes : dataBytes).add(length);
            packedBytes.add(packedLength);
        }

        void stored(int length) {
            packs.increment();
            packBytes.add(length);
        }

        UploadCounts get() {
            return new UploadCounts(
                    dataBlobs.sum(),
                    treeBlobs.sum(),
                    dataBytes.sum(),
                    treeBytes.sum(),
                    packedBytes.sum(),
                    packs.sum(),
                    packBytes.sum());
        }
    }
}
