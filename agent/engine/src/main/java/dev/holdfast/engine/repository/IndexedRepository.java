package dev.holdfast.engine.repository;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/// A repository with its index loaded: reads and stores blobs. Safe for use by many threads.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // bodies follow
public final class IndexedRepository {
    private final Repository repository;

    IndexedRepository(Repository repository) {
        this.repository = repository;
    }

    public Repository repository() {
        return repository;
    }

    /// Whether the index has the blob.
    public boolean contains(BlobType type, BlobId id) {
        throw new UnsupportedOperationException();
    }

    /// Bytes of the blob once decoded; -1 where the index has none such.
    public int plaintextLength(BlobType type, BlobId id) {
        throw new UnsupportedOperationException();
    }

    /// Every place the blob is at; empty where the index has none such.
    public List<BlobLocation> locations(BlobType type, BlobId id) {
        throw new UnsupportedOperationException();
    }

    /// Loads a blob and verifies it; tries its other places where one is damaged.
    ///
    /// @throws RepositoryException of kind NOT_FOUND where the index has none such, CORRUPT where
    ///   no place holds it undamaged
    public byte[] loadBlob(BlobType type, BlobId id) throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Number of blob locations in the index.
    public long blobCount() {
        throw new UnsupportedOperationException();
    }

    /// Number of packs in the index.
    public int packCount() {
        throw new UnsupportedOperationException();
    }

    /// Calls `action` for each pack of the index.
    public void forEachPack(Consumer<PackContents> action) {
        throw new UnsupportedOperationException();
    }

    /// A decoder for one thread; close it.
    public BlobDecoder decoder() {
        throw new UnsupportedOperationException();
    }

    /// Starts storing blobs.
    public BlobUploader uploader(UploadOptions options) {
        throw new UnsupportedOperationException();
    }
}
