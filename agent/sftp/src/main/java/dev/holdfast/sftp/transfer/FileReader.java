package dev.holdfast.sftp.transfer;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;

import java.util.ArrayDeque;
import java.util.Queue;

/// Reads a file with many READ requests under way; their data lands in the caller's array directly.
final class FileReader {
    private final Exchanges exchanges;
    private final int chunkSize;
    private final int requestsInFlight;

    FileReader(Exchanges exchanges, int chunkSize, int requestsInFlight) {
        this.exchanges = exchanges;
        this.chunkSize = chunkSize;
        this.requestsInFlight = requestsInFlight;
    }

    byte[] read(String path, long sizeMax) throws BackendException, InterruptedException {
        byte[] handle;
        byte[] bytes;
        try (Exchange exchange = exchanges.start("read", path, 0)) {
            Pending opening = exchange.submit(opening(path));
            Pending looking = exchange.submit(Request.of(Protocol.STAT).text(path));
            exchange.flush();
            handle = exchange.body(opening, Protocol.HANDLE).getBytes();
            long size = -1;
            try {
                size = Attributes.read(exchange.body(looking, Protocol.ATTRS)).size();
                if (size < 0 || size > sizeMax) {
                    throw new BackendException(
                            Kind.OTHER,
                            "cannot read " + path + ": size " + size + ", at most " + sizeMax);
                }
            } catch (BackendException e) {
                exchange.submit(closing(handle));
                exchange.flush();
                throw e;
            }
            bytes = new byte[(int) size];
        }
        readOpen(path, handle, 0, bytes, 0, bytes.length);
        return bytes;
    }

    void read(String path, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        byte[] handle;
        try (Exchange exchange = exchanges.start("read", path, 0)) {
            Pending opening = exchange.submit(opening(path));
            exchange.flush();
            handle = exchange.body(opening, Protocol.HANDLE).getBytes();
        }
        readOpen(path, handle, position, target, offset, length);
    }

    private static Request opening(String path) {
        return Request.of(Protocol.OPEN).text(path).number(Protocol.OPEN_READ).noAttributes();
    }

    private static Request closing(byte[] handle) {
        return Request.of(Protocol.CLOSE).bytes(handle);
    }

    private void readOpen(
            String path, byte[] handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        try (Exchange exchange = exchanges.start("read", path, length)) {
            try {
                read(exchange, path, handle, position, target, offset, length);
            } catch (BackendException e) {
                if (!e.retryable()) { // else there is nothing left to tell it to
                    close(exchange, handle);
                }
                throw e;
            } catch (InterruptedException e) {
                close(exchange, handle);
                throw e;
            }
            close(exchange, handle);
        }
    }

    /// Nobody waits for the answer.
    private static void close(Exchange exchange, byte[] handle)
            throws BackendException, InterruptedException {
        exchange.submit(closing(handle));
        exchange.flush();
    }

    private void read(
            Exchange exchange,
            String path,
            byte[] handle,
            long position,
            byte[] target,
            int offset,
            int length)
            throws BackendException, InterruptedException {
        Queue<Part> underWay = new ArrayDeque<>();
        int asked = 0;
        while (asked < length || !underWay.isEmpty()) {
            boolean added = false;
            while (asked < length && underWay.size() < requestsInFlight) {
                int n = Math.min(chunkSize, length - asked);
                underWay.add(ask(exchange, handle, position, target, offset, asked, n));
                asked += n;
                added = true;
            }
            if (added) {
                exchange.flush();
            }
            Part part = underWay.remove();
            int got = take(exchange, part, path, position);
            if (got < part.length) { // a server may give less than asked
                int at = part.at + got;
                underWay.add(
                        ask(exchange, handle, position, target, offset, at, part.length - got));
                exchange.flush();
            }
        }
    }

    private static Part ask(
            Exchange exchange,
            byte[] handle,
            long position,
            byte[] target,
            int offset,
            int at,
            int length)
            throws BackendException, InterruptedException {
        return new Part(
                at, length, exchange.read(handle, position + at, target, offset + at, length));
    }

    private static int take(Exchange exchange, Part part, String path, long position)
            throws BackendException, InterruptedException {
        Reply reply = exchange.await(part.pending);
        if (reply.type() == Protocol.DATA && reply.dataLength() > 0) {
            return reply.dataLength();
        }
        if (reply.type() == Protocol.DATA || isEnd(reply)) {
            throw new BackendException(
                    Kind.RANGE,
                    path + " ends before byte " + (position + part.at + part.length),
                    "the file is shorter than it should be: run a check of the repository",
                    null);
        }
        throw exchange.refusal(reply);
    }

    private static boolean isEnd(Reply reply) {
        if (reply.type() != Protocol.STATUS) {
            return false;
        }
        int code = reply.body().getInt();
        reply.body().rpos(0);
        return code == Protocol.END_OF_FILE;
    }

    /// @param at distance from the start of the range
    private record Part(int at, int length, Pending pending) {}
}
