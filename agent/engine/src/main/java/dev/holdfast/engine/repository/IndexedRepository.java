package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.repository.index.BlobIndex;
import dev.holdfast.engine.repository.pack.PackEntry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// A repository with its index loaded: reads and stores blobs. Safe for use by many threads.
public final class IndexedRepository {
    private final Repository repository;
    private final BlobIndex index;
    private final IndexWriter indexWriter;

    IndexedRepository(Repository repository, BlobIndex index) {
        this.repository = repository;
        this.index = index;
        this.indexWriter = new IndexWriter(repository);
    }

    public Repository repository() {
        return repository;
    }

    /// Whether the index has the blob.
    public boolean contains(BlobType type, BlobId id) {
        return index.contains(type, id);
    }

    /// Bytes of the blob once decoded; -1 where the index has none such.
    public int plaintextLength(BlobType type, BlobId id) {
        return index.plaintextLength(type, id);
    }

    /// Every place the blob is at; empty where the index has none such.
    public List<BlobLocation> locations(BlobType type, BlobId id) {
        return index.places(type, id).stream()
                .map(place -> location(place.pack(), place.entry()))
                .toList();
    }

    /// Loads a blob and verifies it; tries its other places where one is damaged, and each twice,
    /// since the error may be one of the way here.
    ///
    /// @throws RepositoryException of kind NOT_FOUND where the index has none such, CORRUPT where
    ///   no place holds it undamaged
    public byte[] loadBlob(BlobType type, BlobId id) throws IOException, InterruptedException {
        List<BlobLocation> locations = locations(type, id);
        IOException first = null;
        for (BlobLocation location : locations) {
            for (int tries = 0; tries < 2; tries++) {
                try {
                    return load(location);
                } catch (RepositoryException e) {
                    first = joined(first, e);
                } catch (BackendException e) {
                    if (!damage(e)) {
                        throw e;
                    }
                    first = joined(first, e);
                    break;
                }
            }
        }
        if (first == null) {
            throw new RepositoryException(
                    RepositoryException.Kind.NOT_FOUND,
                    type.label() + " blob " + id + " is not in the index",
                    "Check the repository.");
        }
        throw first instanceof RepositoryException
                ? first
                : RepositoryException.corrupt(
                        type.label() + " blob " + id + " cannot be read: " + first.getMessage(),
                        first);
    }

    /// Number of blobs in the index; one that lies at several places counts for each.
    public long blobCount() {
        return index.blobCount();
    }

    /// Number of packs in the index.
    public int packCount() {
        return index.packCount();
    }

    /// Calls `action` for each pack of the index.
    public void forEachPack(Consumer<PackContents> action) {
        index.forEachPack(
                (pack, entries) ->
                        action.accept(
                                new PackContents(
                                        pack,
                                        entries.stream().map(e -> location(pack, e)).toList())));
    }

    /// What the index says is in a pack; nothing where it does not know the pack.
    public PackContents packContents(PackId pack) {
        return new PackContents(
                pack, index.entries(pack).stream().map(e -> location(pack, e)).toList());
    }

    /// Packs that index files disagree about: at least one of them is wrong.
    public Set<PackId> disputedPacks() {
        return index.disputedPacks();
    }

    /// A decoder for one thread; close it.
    public BlobDecoder decoder() {
        return repository.newDecoder();
    }

    /// Starts storing blobs; close it.
    public BlobUploader uploader(UploadOptions options) {
        return new BlobUploader(repository, index, indexWriter, options).start();
    }

    private byte[] load(BlobLocation location) throws IOException, InterruptedException {
        byte[] sealed = new byte[location.length()];
        repository
                .backend()
                .load(
                        new Handle(FileType.PACK, location.pack().toString()),
                        location.offset(),
                        sealed,
                        0,
                        sealed.length);
        BlobDecoder decoder = repository.borrowDecoder();
        try {
            return decoder.decode(location, sealed, 0);
        } finally {
            repository.giveBack(decoder);
        }
    }

    private static boolean damage(BackendException e) {
        return e.kind() == BackendException.Kind.NOT_FOUND
                || e.kind() == BackendException.Kind.RANGE;
    }

    private static IOException joined(@Nullable IOException first, IOException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    static BlobLocation location(PackId pack, PackEntry entry) {
        return new BlobLocation(
                pack,
                entry.type(),
                entry.id(),
                entry.offset(),
                entry.length(),
                entry.uncompressedLength());
    }
}
