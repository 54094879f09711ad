package dev.holdfast.sftp.transfer;

import dev.holdfast.engine.backend.BackendException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Queue;

/// Makes a new file: after one round trip for the handle, everything else (data, mode, fsync,
/// close) goes out without waiting in between, since a server works on one handle in order.
final class FileWriter {
    private final Exchanges exchanges;
    private final int chunkSize;
    private final int requestsInFlight;
    private final boolean fsync;

    FileWriter(Exchanges exchanges, int chunkSize, int requestsInFlight, boolean fsync) {
        this.exchanges = exchanges;
        this.chunkSize = chunkSize;
        this.requestsInFlight = requestsInFlight;
        this.fsync = fsync;
    }

    void write(String path, byte[] bytes, int offset, int length, int mode, int finalMode)
            throws BackendException, InterruptedException {
        byte[] handle;
        try (Exchange exchange = exchanges.start("create", path, 0)) {
            int flags = Protocol.OPEN_WRITE | Protocol.OPEN_CREATE | Protocol.OPEN_EXCLUSIVE;
            Pending opening =
                    exchange.submit(
                            Request.of(Protocol.OPEN).text(path).number(flags).permissions(mode));
            exchange.flush();
            handle = exchange.body(opening, Protocol.HANDLE).getBytes();
        }
        boolean open = true;
        try (Exchange exchange = exchanges.start("write", path, length)) {
            try {
                Queue<Pending> underWay = new ArrayDeque<>();
                BackendException failure =
                        writeAll(exchange, handle, bytes, offset, length, underWay);
                if (failure == null) {
                    failure = finish(exchange, handle, finalMode, underWay);
                    open = false;
                }
                if (failure != null) {
                    throw failure;
                }
            } catch (BackendException e) {
                if (open && !e.retryable()) {
                    abandon(exchange, handle);
                }
                throw e;
            } catch (InterruptedException e) {
                abandon(exchange, handle);
                throw e;
            }
        }
    }

    /// @return the first write that failed; all that went out were answered then
    private @Nullable BackendException writeAll(
            Exchange exchange,
            byte[] handle,
            byte[] bytes,
            int offset,
            int length,
            Queue<Pending> underWay)
            throws BackendException, InterruptedException {
        BackendException failure = null;
        for (int at = 0; at < length && failure == null; ) {
            int n = Math.min(chunkSize, length - at);
            if (underWay.size() == requestsInFlight) {
                failure = outcome(exchange, underWay.remove());
            }
            Request request = Request.of(Protocol.WRITE).bytes(handle).number((long) at).number(n);
            underWay.add(exchange.submit(request, bytes, offset + at, n));
            at += n;
        }
        exchange.flush();
        return failure == null ? null : drained(exchange, underWay, failure);
    }

    private @Nullable BackendException finish(
            Exchange exchange, byte[] handle, int finalMode, Queue<Pending> underWay)
            throws BackendException, InterruptedException {
        Pending mode =
                exchange.submit(Request.of(Protocol.FSETSTAT).bytes(handle).permissions(finalMode));
        Pending sync =
                fsync ? exchange.submit(Request.extended(Protocol.FSYNC).bytes(handle)) : null;
        Pending closing = exchange.submit(Request.of(Protocol.CLOSE).bytes(handle));
        exchange.flush();
        BackendException failure = drained(exchange, underWay, null);
        exchange.status(mode); // a server that changes no modes is fine
        BackendException ofSync = sync == null ? null : outcome(exchange, sync);
        BackendException ofClose = outcome(exchange, closing);
        return failure != null ? failure : ofSync != null ? ofSync : ofClose;
    }

    private static @Nullable BackendException drained(
            Exchange exchange, Queue<Pending> underWay, @Nullable BackendException first)
            throws BackendException, InterruptedException {
        BackendException failure = first;
        while (!underWay.isEmpty()) {
            BackendException next = outcome(exchange, underWay.remove());
            failure = failure == null ? next : failure;
        }
        return failure;
    }

    private static @Nullable BackendException outcome(Exchange exchange, Pending pending)
            throws BackendException, InterruptedException {
        Reply reply = exchange.await(pending);
        if (exchange.code(reply) == Protocol.OK) {
            return null;
        }
        reply.body().rpos(0);
        return exchange.refusal(reply);
    }

    /// Nobody waits for the answers.
    private static void abandon(Exchange exchange, byte[] handle)
            throws BackendException, InterruptedException {
        exchange.submit(Request.of(Protocol.CLOSE).bytes(handle));
        exchange.flush();
    }
}
