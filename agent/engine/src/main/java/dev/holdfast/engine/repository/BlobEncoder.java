package dev.holdfast.engine.repository;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;

import java.security.SecureRandom;

/// Hashes, compresses and seals blobs for one worker: its contexts and its buffer are reused.
final class BlobEncoder implements AutoCloseable {
    private final Hasher hasher = new Hasher();
    private final SealedBox box;
    private final boolean compressesData;
    private final boolean compressesTrees;
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private byte[] scratch = new byte[1 << 16];
    private byte[] payload = scratch;
    private int payloadOffset;
    private int payloadLength;

    /// @param compresses whether the version of the format can
    BlobEncoder(
            MasterKey key,
            SecureRandom random,
            UploadOptions.Compression compression,
            boolean compresses) {
        this.box = new SealedBox(key, random);
        this.compressesTrees = compresses;
        this.compressesData = compresses && compression != UploadOptions.Compression.OFF;
        zstd.setLevel(Math.max(1, compression.level()));
        zstd.setChecksum(false);
        zstd.setContentSize(true);
    }

    BlobId id(UploadJob job) {
        return new BlobId(hasher.hash(job.bytes(), job.offset(), job.length()));
    }

    /// Makes the payload of a blob ready for [#seal] and returns the uncompressed length that pack
    /// and index shall say: 0 where it is stored as it is.
    int prepare(UploadJob job) {
        boolean compress = job.type() == BlobType.TREE ? compressesTrees : compressesData;
        if (!compress || job.length() == 0) {
            payload = job.bytes();
            payloadOffset = job.offset();
            payloadLength = job.length();
            return 0;
        }
        int bound = Math.toIntExact(Zstd.compressBound(job.length()));
        if (scratch.length < bound) {
            scratch = new byte[bound];
        }
        payload = scratch;
        payloadOffset = 0;
        payloadLength =
                zstd.compressByteArray(
                        scratch, 0, scratch.length, job.bytes(), job.offset(), job.length());
        return job.length();
    }

    /// Length that [#seal] will write.
    int sealedLength() {
        return payloadLength + SealedBox.OVERHEAD;
    }

    /// Seals the payload into `target` at `offset`.
    void seal(byte[] target, int offset) {
        box.seal(payload, payloadOffset, payloadLength, target, offset);
    }

    @Override
    public void close() {
        zstd.close();
    }
}
