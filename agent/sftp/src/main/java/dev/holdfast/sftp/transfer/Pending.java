package dev.holdfast.sftp.transfer;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/// A request that waits for its reply, and the array that the bytes of a READ go into. Filled by
/// the I/O thread; once given up, it leaves the array alone.
final class Pending {
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private byte @Nullable [] target;
    private final int targetOffset;
    private final int targetLength;

    Pending(byte @Nullable [] target, int targetOffset, int targetLength) {
        this.target = target;
        this.targetOffset = targetOffset;
        this.targetLength = targetLength;
    }

    CompletableFuture<Reply> reply() {
        return reply;
    }

    int targetLength() {
        return targetLength;
    }

    /// Copies part of the data of a READ; `at + length` is no more than [#targetLength].
    synchronized void put(int at, byte[] from, int offset, int length) {
        byte[] into = target;
        if (into != null) {
            System.arraycopy(from, offset, into, targetOffset + at, length);
        }
    }

    /// The caller is gone: its array may be in other use.
    synchronized void abandon() {
        target = null;
    }
}
