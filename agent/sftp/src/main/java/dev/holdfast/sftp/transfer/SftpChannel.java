package dev.holdfast.sftp.transfer;

import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// The wire of an SFTP session: requests are appended to one SSH packet until it is full or
/// flushed, replies are handed to whoever waits for their number. Safe for use by many threads.
///
/// A thread that is interrupted or times out while it sends leaves half a request behind; the
/// channel is then of no further use and closes.
final class SftpChannel extends ChannelSubsystem {
    private static final Logger LOG = LoggerFactory.getLogger(SftpChannel.class);

    /// OpenSSH takes no more in one SSH packet.
    private static final int SSH_PACKET_DATA_MAX = 32 * 1024;

    /// Packet type, channel number and length before the data.
    private static final int SSH_PACKET_HEAD = 9;

    private static final int STDERR_MAX = 2048;

    private final Map<Integer, Pending> waiting = new ConcurrentHashMap<>();
    private final ReplyReader reader = new ReplyReader(waiting::remove);
    private final StringBuilder errorText = new StringBuilder();
    private final Duration sendMax;

    private final ReentrantLock sending = new ReentrantLock();

    /// Guarded by `sending`: the SSH packet that is being filled.
    private @Nullable Buffer packet;

    private int packetData;
    private int lastNumber = Protocol.VERSION;

    private volatile boolean refused;
    private volatile @Nullable Throwable failure;

    /// @param sendMax how long the server may refuse to take more bytes
    SftpChannel(Duration sendMax) {
        super("sftp");
        this.sendMax = sendMax;
        setStreaming(
                Streaming.Async); // no pipes, no pump threads: both directions are taken over here
        addCloseFutureListener(_ -> failAll());
    }

    /// Appends a request; it goes out with the next [#flush] or full packet.
    Pending submit(Request request) throws IOException, InterruptedException {
        return submit(request, null, 0, 0);
    }

    /// Appends a READ whose data goes into `target`.
    Pending submitRead(Request request, byte[] target, int offset, int length)
            throws IOException, InterruptedException {
        Pending pending = new Pending(target, offset, length);
        send(request, pending, null, 0, 0);
        return pending;
    }

    /// Appends a request that ends in bytes of an array, as WRITE does.
    Pending submit(Request request, byte @Nullable [] payload, int offset, int length)
            throws IOException, InterruptedException {
        Pending pending = new Pending(null, 0, 0);
        send(request, pending, payload, offset, length);
        return pending;
    }

    private void send(
            Request request, Pending pending, byte @Nullable [] payload, int offset, int length)
            throws IOException, InterruptedException {
        sending.lockInterruptibly();
        boolean done = false;
        try {
            int number = request.type() == Protocol.INIT ? Protocol.VERSION : ++lastNumber;
            waiting.put(number, pending);
            if (isClosing()) {
                failAll();
                throw lost();
            }
            byte[] head = request.encode(number, length);
            append(head, 0, head.length);
            if (payload != null) {
                append(payload, offset, length);
            }
            done = true;
        } finally {
            if (!done) {
                getSession().close(true);
            }
            sending.unlock();
        }
    }

    private void append(byte[] bytes, int offset, int length)
            throws IOException, InterruptedException {
        int max = packetDataMax();
        int at = offset;
        int left = length;
        while (left > 0) {
            Buffer filling = packet;
            if (filling == null) {
                filling =
                        getSession()
                                .createBuffer(
                                        SshConstants.SSH_MSG_CHANNEL_DATA, max + SSH_PACKET_HEAD);
                filling.putUInt(getRecipient());
                filling.putUInt(0);
                packet = filling;
                packetData = 0;
            }
            int n = Math.min(left, max - packetData);
            filling.putRawBytes(bytes, at, n);
            packetData += n;
            at += n;
            left -= n;
            if (packetData == max) {
                sendPacket();
            }
        }
    }

    private int packetDataMax() {
        return (int) Math.min(getRemoteWindow().getPacketSize(), SSH_PACKET_DATA_MAX);
    }

    private void sendPacket() throws IOException, InterruptedException {
        Buffer full = packet;
        if (full == null) {
            return;
        }
        packet = null;
        int end = full.wpos();
        full.wpos(end - packetData - Integer.BYTES);
        full.putUInt(packetData);
        full.wpos(end);
        getRemoteWindow().waitAndConsume(packetData, sendMax);
        writePacket(full);
    }

    /// Sends what was appended so far.
    void flush() throws IOException, InterruptedException {
        sending.lockInterruptibly();
        boolean done = false;
        try {
            sendPacket();
            done = true;
        } finally {
            if (!done) {
                getSession().close(true);
            }
            sending.unlock();
        }
    }

    @Override
    protected void doWriteData(byte[] data, int off, long len) throws IOException {
        try {
            reader.accept(data, off, (int) len);
        } catch (IOException | RuntimeException e) {
            failure = e;
            getSession().close(true);
            throw e;
        }
        getLocalWindow().release(len);
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int off, long len) throws IOException {
        synchronized (errorText) {
            int n = (int) Math.min(len, STDERR_MAX - errorText.length());
            if (n > 0) {
                errorText.append(new String(data, off, n, StandardCharsets.UTF_8));
            }
        }
        getLocalWindow().release(len);
    }

    @Override
    public void handleFailure() throws IOException {
        refused = true;
        super.handleFailure();
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        close(true);
    }

    private void failAll() {
        IOException lost = lost();
        LOG.atDebug().log("{} requests end with the channel", waiting.size());
        for (Integer number : List.copyOf(waiting.keySet())) {
            Pending pending = waiting.remove(number);
            if (pending != null) {
                CompletableFuture<Reply> reply = pending.reply();
                reply.completeExceptionally(lost);
            }
        }
    }

    private IOException lost() {
        IOException lost = new EOFException("the SFTP session ended");
        Throwable why = failure;
        if (why != null) {
            lost.initCause(why);
        }
        return lost;
    }

    /// Whether the server has no such subsystem for this account.
    boolean refused() {
        return refused;
    }

    /// What broke the stream of replies.
    @Nullable Throwable failure() {
        return failure;
    }

    /// What the server wrote besides the protocol.
    String errorText() {
        synchronized (errorText) {
            return errorText.toString();
        }
    }
}
