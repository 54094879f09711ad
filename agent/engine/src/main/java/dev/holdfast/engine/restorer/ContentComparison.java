package dev.holdfast.engine.restorer;

import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.filesystem.TargetFile;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.restorer.RestorePlan.PlannedFile;

import java.io.IOException;

/// Compares a file's content with the hashes of its chunks. Reusable, for one thread.
final class ContentComparison {
    private final IndexedRepository repository;
    private final Hasher hasher = new Hasher();
    private byte[] buffer = {};

    ContentComparison(IndexedRepository repository) {
        this.repository = repository;
    }

    /// Where the first chunk that differs begins; -1 where all is equal, nothing too much.
    long firstDifference(TargetFile file, PlannedFile planned)
            throws IOException, InterruptedException {
        long position = 0;
        for (BlobId chunk : planned.content()) {
            Parallel.stopIfInterrupted();
            int length = repository.plaintextLength(BlobType.DATA, chunk);
            if (buffer.length < length) {
                buffer = new byte[length];
            }
            if (file.read(position, buffer, 0, length) != length
                    || !hasher.hash(buffer, 0, length).equals(chunk.hash())) {
                return position;
            }
            position += length;
        }
        byte[] more = new byte[1];
        return file.read(position, more, 0, 1) == 0 ? -1 : position;
    }
}
