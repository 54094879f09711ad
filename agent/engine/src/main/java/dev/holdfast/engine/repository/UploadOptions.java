package dev.holdfast.engine.repository;

import java.time.Duration;

/// How blobs are stored.
///
/// @param compression of data blobs; tree blobs are always compressed where the version can
/// @param packSize target size of a pack in bytes, 4 to 128 MiB
/// @param workers threads that hash, compress and seal
/// @param uploads packs being sent at once
/// @param packBuffers packs in memory at once, open ones included: each takes a little more than
///   `packSize`
/// @param plaintextBytes most bytes handed in and not yet sealed
/// @param indexInterval longest time between two index files while packs are being stored
public record UploadOptions(
        Compression compression,
        int packSize,
        int workers,
        int uploads,
        int packBuffers,
        long plaintextBytes,
        Duration indexInterval) {
    private static final int MIB = 1 << 20;

    /// How hard to compress; the words are restic's.
    public enum Compression {
        OFF(0),
        FASTEST(1),
        AUTO(3),
        BETTER(7),
        MAX(11);

        private final int level;

        Compression(int level) {
            this.level = level;
        }

        /// Level of the zstd library.
        int level() {
            return level;
        }
    }

    public UploadOptions {
        if (packSize < 4 * MIB || packSize > 128 * MIB) {
            throw new IllegalArgumentException("pack size not between 4 and 128 MiB: " + packSize);
        }
        if (workers < 1 || uploads < 1 || packBuffers < 3 || plaintextBytes < 1) {
            throw new IllegalArgumentException(
                    "too little to work with: "
                            + workers
                            + " workers, "
                            + uploads
                            + " uploads, "
                            + packBuffers
                            + " pack buffers, "
                            + plaintextBytes
                            + " bytes");
        }
    }

    /// Defaults that keep an uploader within about 128 MiB: four packs of 17 MiB, 32 MiB of
    /// plaintext, and a compressed chunk of up to 8 MiB for each worker.
    ///
    /// @param uploads the connections of the backend
    public static UploadOptions defaults(int uploads) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new UploadOptions(
                Compression.AUTO,
                16 * MIB,
                Math.clamp(cores, 1, 16),
                Math.clamp(uploads, 1, 16),
                4,
                32L * MIB,
                Duration.ofSeconds(60));
    }

    public UploadOptions withCompression(Compression other) {
        return new UploadOptions(
                other, packSize, workers, uploads, packBuffers, plaintextBytes, indexInterval);
    }

    public UploadOptions withPackSize(int other) {
        return new UploadOptions(
                compression, other, workers, uploads, packBuffers, plaintextBytes, indexInterval);
    }
}
