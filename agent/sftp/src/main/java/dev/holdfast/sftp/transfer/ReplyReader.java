package dev.holdfast.sftp.transfer;

import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;

import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/// Takes the byte stream of the server apart into replies, whatever the cuts. Bytes of DATA are
/// copied once, into the array of the request. For one thread at a time.
final class ReplyReader {
    /// Length, type and request number; for VERSION the number is the version.
    private static final int HEAD_SIZE = 9;

    private static final int TYPE_AND_NUMBER = 5;

    private final IntFunction<@Nullable Pending> requests;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_SIZE + Integer.BYTES);

    private @Nullable Pending current;
    private int type;

    /// Bytes of the packet that are still to come.
    private int left;

    private byte @Nullable [] body;
    private int bodyAt;
    private int dataLength;
    private int dataAt;
    private boolean inData;

    /// @param requests gives the request of a number and forgets it; null where there is none
    ReplyReader(IntFunction<@Nullable Pending> requests) {
        this.requests = requests;
        head.limit(HEAD_SIZE);
    }

    void accept(byte[] bytes, int offset, int length) throws StreamCorruptedException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (head.hasRemaining()) {
                int n = Math.min(head.remaining(), end - at);
                head.put(bytes, at, n);
                at += n;
                if (!head.hasRemaining()) {
                    headComplete();
                }
            } else {
                int n = Math.min(left, end - at);
                content(bytes, at, n);
                at += n;
                left -= n;
            }
            if (!head.hasRemaining() && left == 0) {
                complete();
            }
        }
    }

    private void headComplete() throws StreamCorruptedException {
        if (head.limit() > HEAD_SIZE) {
            dataHeadComplete();
            return;
        }
        int length = head.getInt(0);
        type = head.get(4) & 0xff;
        if (length < TYPE_AND_NUMBER || length > Protocol.PACKET_MAX) {
            String text = new String(head.array(), 0, HEAD_SIZE, StandardCharsets.ISO_8859_1);
            throw new StreamCorruptedException("no SFTP packet: " + text.replaceAll("[^ -~]", "."));
        }
        left = length - TYPE_AND_NUMBER;
        int number = head.getInt(5);
        Pending request = requests.apply(number);
        if (request == null) {
            throw new StreamCorruptedException("a reply to request " + number + ", never sent");
        }
        current = request;
        if (type == Protocol.DATA) {
            if (left < Integer.BYTES) {
                throw new StreamCorruptedException("a DATA reply without length");
            }
            head.limit(HEAD_SIZE + Integer.BYTES);
            left -= Integer.BYTES;
        } else {
            body = new byte[left];
            bodyAt = 0;
        }
    }

    private void dataHeadComplete() throws StreamCorruptedException {
        dataLength = head.getInt(HEAD_SIZE);
        Pending request = current;
        if (request == null
                || dataLength < 0
                || dataLength > left
                || dataLength > request.targetLength()) {
            throw new StreamCorruptedException("a DATA reply of " + dataLength + " bytes");
        }
        dataAt = 0;
        inData = true;
    }

    private void content(byte[] bytes, int offset, int length) {
        if (inData) {
            int n = Math.min(length, dataLength - dataAt);
            if (n > 0 && current != null) {
                current.put(dataAt, bytes, offset, n);
                dataAt += n;
            }
        } else if (body != null) {
            System.arraycopy(bytes, offset, body, bodyAt, length);
            bodyAt += length;
        }
    }

    private void complete() {
        Pending request = current;
        byte[] content = body == null ? new byte[0] : body;
        Reply reply = new Reply(type, new ByteArrayBuffer(content), inData ? dataLength : 0);
        current = null;
        body = null;
        inData = false;
        head.clear().limit(HEAD_SIZE);
        if (request != null) {
            request.reply().complete(reply);
        }
    }
}
