package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.repository.index.IndexJson;
import dev.holdfast.engine.repository.pack.PackEntry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Packs that are stored but in no index file yet. One for all uploaders of an index, so that
/// whoever finishes also indexes what he did not store because another one had. Safe for use by
/// many threads.
final class IndexWriter {
    /// Blobs in one index file (repository format, section 9).
    private static final int BLOBS_MAX = 50_000;

    /// Stored bytes after which an index file is written, at first. Later it is written whenever a
    /// sixteenth has been added, since a run of terabytes would else write thousands of files.
    private static final long BYTES_MIN = 256L << 20;

    private static final int BYTES_FRACTION = 16;

    private final Repository repository;
    private final ReentrantLock writing = new ReentrantLock(); // one file at a time
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Map<PackId, List<PackEntry>> waiting = new LinkedHashMap<>();
    private int waitingBlobs;
    private long waitingBytes;
    private long writtenBytes;
    private long lastNanos = System.nanoTime();

    IndexWriter(Repository repository) {
        this.repository = repository;
    }

    /// Adds a pack that is stored.
    void add(PackId pack, List<PackEntry> entries, long bytes) {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                lastNanos = System.nanoTime();
            }
            waiting.put(pack, entries);
            waitingBlobs += entries.size();
            waitingBytes += bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Writes an index file if enough has come together.
    void writeIfDue(long intervalNanos) throws IOException, InterruptedException {
        if (due(intervalNanos) && writing.tryLock()) {
            try {
                if (due(intervalNanos)) {
                    write();
                }
            } finally {
                writing.unlock();
            }
        }
    }

    /// Writes index files until nothing waits.
    void writeAll() throws IOException, InterruptedException {
        writing.lockInterruptibly();
        try {
            while (write()) {
                // each file takes as many packs as belong into one
            }
        } finally {
            writing.unlock();
        }
    }

    private boolean due(long intervalNanos) {
        lock.lock();
        try {
            return !waiting.isEmpty()
                    && (waitingBlobs >= BLOBS_MAX
                            || waitingBytes >= Math.max(BYTES_MIN, writtenBytes / BYTES_FRACTION)
                            || System.nanoTime() - lastNanos >= intervalNanos);
        } finally {
            lock.unlock();
        }
    }

    private boolean write() throws IOException, InterruptedException {
        Map<PackId, List<PackEntry>> packs = next();
        if (packs.isEmpty()) {
            return false;
        }
        repository.saveUnpacked(FileType.INDEX, IndexJson.write(packs));
        written(packs);
        return true;
    }

    /// Packs for one file: no pack is ever split over two.
    private Map<PackId, List<PackEntry>> next() {
        lock.lock();
        try {
            Map<PackId, List<PackEntry>> packs = new LinkedHashMap<>();
            int blobs = 0;
            for (Map.Entry<PackId, List<PackEntry>> pack : waiting.entrySet()) {
                if (blobs >= BLOBS_MAX) {
                    break;
                }
                packs.put(pack.getKey(), pack.getValue());
                blobs += pack.getValue().size();
            }
            return packs;
        } finally {
            lock.unlock();
        }
    }

    private void written(Map<PackId, List<PackEntry>> packs) {
        lock.lock();
        try {
            for (PackId pack : new ArrayList<>(packs.keySet())) {
                List<PackEntry> entries = waiting.remove(pack);
                waitingBlobs -= entries == null ? 0 : entries.size();
            }
            writtenBytes += waitingBytes;
            waitingBytes = 0;
            lastNanos = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }
}
