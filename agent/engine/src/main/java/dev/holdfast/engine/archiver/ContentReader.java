package dev.holdfast.engine.archiver;

import dev.holdfast.engine.archiver.PendingDirectory.Content;
import dev.holdfast.engine.chunker.Chunker;
import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.FileSource;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.BlobUploader;
import dev.holdfast.engine.repository.Stored;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;

/// Reads files, cuts them into chunks and hands the chunks to the uploader. Used by one thread.
final class ContentReader {
    /// Twice the largest chunk: the chunker wants that much in sight, and what is carried over to
    /// the next buffer is never more than it.
    private static final int BUFFER_SIZE = 2 * Chunker.MAX;

    /// One is filled while the chunks of the other are stored.
    private static final int BUFFERS = 2;

    /// Most chunks on their way. Their bytes are bounded by the buffers; this bounds what tiny
    /// files cost beside their bytes.
    private static final int CHUNKS_MAX = 8192;

    private final Chunker chunker;
    private final BlobUploader uploader;
    private final LongConsumer bytesRead;
    private final ReadBuffers buffers = new ReadBuffers(BUFFERS, BUFFER_SIZE);
    private final Semaphore chunks = new Semaphore(CHUNKS_MAX);
    private ReadBuffers.Buffer buffer;
    private int filled; // bytes of the buffer that chunks use

    /// @param bytesRead told of bytes as they are read
    ContentReader(Chunker chunker, BlobUploader uploader, LongConsumer bytesRead)
            throws InterruptedException {
        this.chunker = chunker;
        this.uploader = uploader;
        this.bytesRead = bytesRead;
        this.buffer = buffers.take();
    }

    /// Reads a file to its end.
    ///
    /// @param sizeHint its probable size
    /// @param directory told of the chunks
    /// @param content gets their ids
    /// @return the bytes that were read
    /// @throws FileAccessException where the file cannot be read; other failures are the
    ///   repository's
    long read(FileSource.OpenFile file, long sizeHint, PendingDirectory directory, Content content)
            throws IOException, InterruptedException {
        if (buffer.bytes().length - filled <= Math.min(sizeHint, Chunker.MAX)) {
            change(filled, filled);
        }
        int start = filled;
        int end = filled;
        long total = 0;
        boolean ended = false;
        while (true) {
            while (!ended && end - start < Chunker.MAX) {
                if (end == buffer.bytes().length) {
                    change(start, end);
                    end -= start;
                    start = 0;
                }
                int count = file.read(buffer.bytes(), end, buffer.bytes().length - end);
                ended = count == 0;
                end += count;
                total += count;
                bytesRead.accept(count);
            }
            if (start == end) {
                filled = end;
                return total;
            }
            int length = chunker.next(buffer.bytes(), start, end);
            store(start, length, directory, content);
            start += length;
            filled = start; // what is stored stays as it is, even if reading fails later
        }
    }

    private void store(int start, int length, PendingDirectory directory, Content content)
            throws IOException, InterruptedException {
        ReadBuffers.Buffer used = buffer;
        chunks.acquire();
        used.use();
        CompletableFuture<Stored> stored =
                uploader.store(
                        BlobType.DATA,
                        used.bytes(),
                        start,
                        length,
                        () -> {
                            used.release();
                            chunks.release();
                        });
        directory.await(stored, content, content.reserve());
    }

    /// Takes another buffer and moves what is not stored yet to its beginning.
    private void change(int start, int end) throws InterruptedException {
        ReadBuffers.Buffer old = buffer;
        ReadBuffers.Buffer next = takeReleasing(old, start == end);
        System.arraycopy(old.bytes(), start, next.bytes(), 0, end - start);
        if (start != end) {
            old.release();
        }
        buffer = next;
        filled = 0;
    }

    /// With nothing to carry over, the old buffer is given back first: it may be the free one.
    private ReadBuffers.Buffer takeReleasing(ReadBuffers.Buffer old, boolean done)
            throws InterruptedException {
        if (done) {
            old.release();
        }
        return buffers.take();
    }
}
