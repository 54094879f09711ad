package dev.holdfast.sftp.transfer;

import org.apache.sshd.common.util.buffer.Buffer;

/// What a server says of a file.
///
/// @param size in bytes; -1 where it does not say
/// @param mode type and permissions as in `st_mode`; -1 where it does not say
public record Attributes(long size, int mode) {
    private static final int SIZE = 0x1;
    private static final int OWNER = 0x2;
    private static final int PERMISSIONS = 0x4;
    private static final int TIMES = 0x8;
    private static final int EXTENDED = 0x80000000;
    private static final int EXTENDED_MAX = 64;

    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_FOLDER = 0040000;
    private static final int TYPE_FILE = 0100000;

    static Attributes read(Buffer buffer) {
        int flags = buffer.getInt();
        long size = (flags & SIZE) == 0 ? -1 : buffer.getLong();
        if ((flags & OWNER) != 0) {
            buffer.getLong();
        }
        int mode = (flags & PERMISSIONS) == 0 ? -1 : buffer.getInt();
        if ((flags & TIMES) != 0) {
            buffer.getLong();
        }
        if ((flags & EXTENDED) != 0) {
            int count = Math.clamp(buffer.getInt(), 0, EXTENDED_MAX);
            for (int i = 0; i < count; i++) {
                buffer.getBytes();
                buffer.getBytes();
            }
        }
        return new Attributes(size, mode);
    }

    public boolean isFolder() {
        return mode != -1 && (mode & TYPE_MASK) == TYPE_FOLDER;
    }

    public boolean isFile() {
        return mode != -1 && (mode & TYPE_MASK) == TYPE_FILE;
    }

    /// Whether the server says enough for a listing.
    boolean isComplete() {
        return size >= 0 && mode != -1;
    }
}
