package dev.holdfast.sftp.transfer;

import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

import java.nio.charset.StandardCharsets;

/// A request that is being put together; the number comes last, when it is sent.
final class Request {
    private static final int HEAD_SIZE = 9;
    private static final int ATTRIBUTE_PERMISSIONS = 0x4;

    private final int type;
    private final ByteArrayBuffer buffer = new ByteArrayBuffer(256, false);

    private Request(int type) {
        this.type = type;
        buffer.putInt(0); // length, filled in by encode
        buffer.putByte((byte) type);
        buffer.putInt(0); // number
    }

    static Request of(int type) {
        return new Request(type);
    }

    static Request extended(String name) {
        return new Request(Protocol.EXTENDED).text(name);
    }

    Request text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    Request bytes(byte[] value) {
        buffer.putBytes(value);
        return this;
    }

    Request number(int value) {
        buffer.putInt(value);
        return this;
    }

    Request number(long value) {
        buffer.putLong(value);
        return this;
    }

    Request noAttributes() {
        return number(0);
    }

    Request permissions(int mode) {
        return number(ATTRIBUTE_PERMISSIONS).number(mode);
    }

    int type() {
        return type;
    }

    /// @param payload bytes that follow outside of this request
    byte[] encode(int number, int payload) {
        int size = buffer.wpos();
        byte[] bytes = buffer.getCompactData();
        putInt(bytes, 0, size - Integer.BYTES + payload);
        putInt(bytes, HEAD_SIZE - Integer.BYTES, number);
        return bytes;
    }

    private static void putInt(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }
}
