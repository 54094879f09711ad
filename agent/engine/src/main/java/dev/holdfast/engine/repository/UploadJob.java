package dev.holdfast.engine.repository;

import dev.holdfast.engine.id.BlobType;

import java.util.concurrent.CompletableFuture;

/// A blob on its way through a [BlobUploader]: `bytes[offset, offset + length)` until `released`
/// has run.
@SuppressWarnings("ArrayRecordComponent") // the very array that was handed in, not its content
record UploadJob(
        BlobType type,
        byte[] bytes,
        int offset,
        int length,
        Runnable released,
        CompletableFuture<Stored> result) {
    /// What a job counts in the queue beyond its bytes, so that empty blobs are bounded too.
    private static final int COST = 256;

    long cost() {
        return length + (long) COST;
    }
}
