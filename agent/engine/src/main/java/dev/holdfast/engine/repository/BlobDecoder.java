package dev.holdfast.engine.repository;

/// Decodes sealed blobs read from packs: MAC, decryption, decompression, hash. For one thread at a
/// time; reuses its buffers and contexts.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // bodies follow
public final class BlobDecoder implements AutoCloseable {
    BlobDecoder() {}

    /// The plaintext of the blob at `location`, whose sealed bytes are at `sealed[offset…]`.
    ///
    /// @throws RepositoryException of kind CORRUPT where it is not what the index and its name say
    public byte[] decode(BlobLocation location, byte[] sealed, int offset)
            throws RepositoryException {
        throw new UnsupportedOperationException();
    }

    /// As the other one, into `target` at `targetOffset`, which has room for
    /// [BlobLocation#plaintextLength()] bytes; returns that length.
    public int decode(
            BlobLocation location, byte[] sealed, int offset, byte[] target, int targetOffset)
            throws RepositoryException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
