package dev.holdfast.engine.repository;

import dev.holdfast.engine.id.BlobType;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// Stores blobs: hash, lookup, compress, seal, pack, upload, index. Safe for use by many threads.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // bodies follow
public final class BlobUploader implements AutoCloseable {
    BlobUploader() {}

    /// Hands in a blob, `bytes[offset, offset + length)`, which must stay as they are until
    /// `released` has run. Returns at once unless too many bytes are on their way.
    ///
    /// The future completes when the blob is sealed or found known; durable and indexed it is once
    /// [#finish()] returned. The first failure of anything makes this and `finish` throw it and all
    /// open futures fail with it.
    public CompletableFuture<Stored> store(
            BlobType type, byte[] bytes, int offset, int length, Runnable released)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Stores all that is open and writes the index: what was handed in is then durable and
    /// indexed. Nothing can be handed in afterwards.
    public void finish() throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public UploadCounts counts() {
        throw new UnsupportedOperationException();
    }

    /// Stops everything. Without [#finish()] before, packs that are stored are still indexed as
    /// well as possible, so that the next run need not store them again.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
