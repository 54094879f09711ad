package dev.holdfast.engine.archiver;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The memory that files are read into: a few large buffers, each filled with one file after the
/// other, so that small files cost neither an array nor a copy. Chunks are views; a buffer is used
/// again when all its chunks were released. One thread takes, any thread releases.
final class ReadBuffers {
    private final BlockingQueue<Buffer> free;

    ReadBuffers(int count, int size) {
        free = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            free.add(new Buffer(size));
        }
    }

    /// Waits for a buffer that nobody uses.
    Buffer take() throws InterruptedException {
        Buffer buffer = free.take();
        buffer.users.set(1);
        return buffer;
    }

    /// One buffer; whoever took it is its first user.
    final class Buffer {
        private final byte[] bytes;
        private final AtomicInteger users = new AtomicInteger();

        private Buffer(int size) {
            bytes = new byte[size];
        }

        byte[] bytes() {
            return bytes;
        }

        /// Another user, as a chunk is.
        void use() {
            users.incrementAndGet();
        }

        /// One user less.
        void release() {
            if (users.decrementAndGet() == 0) {
                free.add(this);
            }
        }
    }
}
