package dev.holdfast.daemon.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The calls whose order the journal's promise rests on.
interface SyncedFile {
    /// Appends all of it.
    void append(ByteBuffer bytes) throws IOException;

    /// Returns when everything appended is on the disk.
    void force() throws IOException;

    /// Cuts off what a failed append left behind.
    void truncate(long size) throws IOException;

    void close() throws IOException;

    static SyncedFile of(FileChannel channel) {
        return new SyncedFile() {
            @Override
            public void append(ByteBuffer bytes) throws IOException {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(false);
            }

            @Override
            public void truncate(long size) throws IOException {
                channel.truncate(size);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
