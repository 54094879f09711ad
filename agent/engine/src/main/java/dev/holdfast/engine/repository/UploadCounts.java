package dev.holdfast.engine.repository;

/// What an uploader has added so far; blobs that were there already do not count.
///
/// @param dataBytes plaintext bytes of the data blobs
/// @param treeBytes plaintext bytes of the tree blobs
/// @param packedBytes bytes the added blobs take in packs, header entries included
/// @param packs packs that are stored
/// @param packBytes bytes of those packs
public record UploadCounts(
        long dataBlobs,
        long treeBlobs,
        long dataBytes,
        long treeBytes,
        long packedBytes,
        long packs,
        long packBytes) {
    /// Blobs of both types.
    public long blobs() {
        return dataBlobs + treeBlobs;
    }

    /// Plaintext bytes of both types.
    public long plaintextBytes() {
        return dataBytes + treeBytes;
    }
}
