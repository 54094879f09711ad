package dev.holdfast.engine.repository;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.SealBrokenException;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.repository.pack.PackFormatException;
import dev.holdfast.engine.repository.pack.PackHeader;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.List;

/// Decodes sealed blobs read from packs: MAC, decryption, decompression, hash. For one thread at a
/// time; reuses its buffers and contexts. Close it.
public final class BlobDecoder implements AutoCloseable {
    private final SealedBox box;
    private final Hasher hasher = new Hasher();
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private byte[] compressed = new byte[0];

    BlobDecoder(MasterKey key, SecureRandom random) {
        this.box = new SealedBox(key, random);
    }

    /// The plaintext of the blob at `location`, whose sealed bytes are at `sealed[offset…]`.
    ///
    /// @throws RepositoryException of kind CORRUPT where it is not what the index and its name say
    public byte[] decode(BlobLocation location, byte[] sealed, int offset)
            throws RepositoryException {
        byte[] plain = new byte[location.plaintextLength()];
        decode(location, sealed, offset, plain, 0);
        return plain;
    }

    /// As the other one, into `target` at `targetOffset`, which has room for
    /// [BlobLocation#plaintextLength()] bytes; returns that length.
    public int decode(
            BlobLocation location, byte[] sealed, int offset, byte[] target, int targetOffset)
            throws RepositoryException {
        int length = location.plaintextLength();
        if (location.compressed()) {
            int inner = location.length() - SealedBox.OVERHEAD;
            if (compressed.length < inner) {
                compressed = new byte[inner];
            }
            open(location, sealed, offset, compressed, 0);
            decompress(location, inner, target, targetOffset);
        } else {
            open(location, sealed, offset, target, targetOffset);
        }
        Sha256 hash = hasher.hash(target, targetOffset, length);
        if (!hash.equals(location.id().hash())) {
            throw corrupt(location, "has the content of " + hash, null);
        }
        return length;
    }

    /// What the header at the end of a whole pack says is in it.
    ///
    /// @throws RepositoryException of kind CORRUPT where there is no readable header
    public PackContents header(PackId pack, byte[] file) throws RepositoryException {
        try {
            int sealed = PackHeader.sealedLength(file, file.length);
            int at = file.length - PackHeader.TRAILER_LENGTH - sealed;
            List<BlobLocation> blobs =
                    PackHeader.open(box, file, at, sealed, at).stream()
                            .map(entry -> IndexedRepository.location(pack, entry))
                            .toList();
            return new PackContents(pack, blobs);
        } catch (PackFormatException e) {
            throw RepositoryException.corrupt("pack " + pack + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        zstd.close();
    }

    private void open(
            BlobLocation location, byte[] sealed, int offset, byte[] target, int targetOffset)
            throws RepositoryException {
        try {
            box.open(sealed, offset, location.length(), target, targetOffset);
        } catch (SealBrokenException e) {
            throw corrupt(location, "does not decrypt", e);
        }
    }

    private void decompress(BlobLocation location, int inner, byte[] target, int targetOffset)
            throws RepositoryException {
        int expected = location.uncompressedLength();
        int length;
        try {
            length = zstd.decompressByteArray(target, targetOffset, expected, compressed, 0, inner);
        } catch (ZstdException e) {
            throw corrupt(location, "does not decompress to " + expected + " bytes", e);
        }
        if (length != expected) {
            throw corrupt(location, "has " + length + " bytes instead of " + expected, null);
        }
    }

    private static RepositoryException corrupt(
            BlobLocation location, String what, @Nullable Throwable cause) {
        return RepositoryException.corrupt(
                location.type().label()
                        + " blob "
                        + location.id()
                        + " in pack "
                        + location.pack()
                        + " "
                        + what,
                cause);
    }
}
