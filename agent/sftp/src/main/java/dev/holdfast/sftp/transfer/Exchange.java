package dev.holdfast.sftp.transfer;

import dev.holdfast.engine.backend.BackendException;

import org.apache.sshd.common.channel.WindowClosedException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One operation on a path: its requests, their replies and its deadline. Whatever is still under
/// way when it closes is given up, so that no array of the caller is written afterwards. For one
/// thread.
final class Exchange implements AutoCloseable {
    private final SftpChannel channel;
    private final Failures failures;
    private final String verb;
    private final String path;
    private final Duration allowed;
    private final long deadline;
    private final List<Pending> reads = new ArrayList<>();

    Exchange(SftpChannel channel, Failures failures, String verb, String path, Duration allowed) {
        this.channel = channel;
        this.failures = failures;
        this.verb = verb;
        this.path = path;
        this.allowed = allowed;
        this.deadline = System.nanoTime() + allowed.toNanos();
    }

    Pending submit(Request request) throws BackendException, InterruptedException {
        return submit(request, null, 0, 0);
    }

    Pending submit(Request request, byte @Nullable [] payload, int offset, int length)
            throws BackendException, InterruptedException {
        try {
            return channel.submit(request, payload, offset, length);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    Pending read(byte[] handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        Request request = Request.of(Protocol.READ).bytes(handle).number(position).number(length);
        try {
            Pending pending = channel.submitRead(request, target, offset, length);
            reads.add(pending);
            return pending;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void flush() throws BackendException, InterruptedException {
        try {
            channel.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    Reply await(Pending pending) throws BackendException, InterruptedException {
        try {
            long left = deadline - System.nanoTime();
            return pending.reply().get(Math.max(left, 0), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            channel.getSession().close(true);
            throw new BackendException(
                    BackendException.Kind.TIMEOUT,
                    failures.timeout(verb, path, null).getMessage()
                            + " (over "
                            + allowed.toSeconds()
                            + " s)",
                    "is the server or its disk overloaded, or the link too slow?",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw failed(cause instanceof IOException io ? io : new IOException(e));
        }
    }

    /// Awaits a STATUS; returns its code.
    int status(Pending pending) throws BackendException, InterruptedException {
        return code(await(pending));
    }

    /// Awaits a STATUS that must be OK.
    void ok(Pending pending) throws BackendException, InterruptedException {
        Reply reply = await(pending);
        if (reply.type() != Protocol.STATUS) {
            throw unexpected(reply);
        }
        Buffer body = reply.body();
        int code = body.getInt();
        if (code != Protocol.OK) {
            throw failures.status(verb, path, code, text(body));
        }
    }

    /// Awaits a reply of a type; a STATUS instead is the failure it says.
    Buffer body(Pending pending, int type) throws BackendException, InterruptedException {
        Reply reply = await(pending);
        if (reply.type() != type) {
            throw refusal(reply);
        }
        return reply.body();
    }

    /// The failure that a reply of another type than the wanted one is.
    BackendException refusal(Reply reply) {
        if (reply.type() != Protocol.STATUS) {
            return unexpected(reply);
        }
        Buffer body = reply.body();
        int code = body.getInt();
        return failures.status(verb, path, code, text(body));
    }

    int code(Reply reply) throws BackendException {
        if (reply.type() != Protocol.STATUS) {
            throw unexpected(reply);
        }
        return reply.body().getInt();
    }

    /// What the server adds to a status; old servers add nothing.
    private static String text(Buffer body) {
        return body.available() < Integer.BYTES ? "" : body.getString();
    }

    private BackendException unexpected(Reply reply) {
        return failures.broken(
                verb, path, new IOException("reply of type " + reply.type() + " out of place"));
    }

    private BackendException failed(IOException cause) {
        if (cause instanceof SocketTimeoutException) {
            return failures.timeout(verb, path, cause);
        }
        if (cause instanceof WindowClosedException) {
            return failures.lost(verb, path, null);
        }
        return failures.lost(verb, path, cause);
    }

    @Override
    public void close() {
        for (Pending pending : reads) {
            pending.abandon();
        }
    }
}
