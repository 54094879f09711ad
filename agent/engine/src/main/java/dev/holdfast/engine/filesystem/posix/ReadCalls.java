package dev.holdfast.engine.filesystem.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// System calls that read directories, files and metadata. Paths and names are bytes without NUL.
///
/// Owns scratch memory: used by one thread at a time, closed once. Calls that a signal interrupted
/// are repeated.
public final class ReadCalls implements AutoCloseable {
    /// Stands for the working directory where a descriptor is asked for.
    public static final int WORKING_DIRECTORY = -100;

    private static final MethodHandle OPENAT =
            CLibrary.intFunction("openat", JAVA_INT, CLibrary.pointer(), JAVA_INT);
    private static final MethodHandle CLOSE = CLibrary.intFunction("close", JAVA_INT);
    private static final MethodHandle READ =
            CLibrary.longFunction("read", JAVA_INT, CLibrary.pointer(), JAVA_LONG);
    private static final MethodHandle GETDENTS =
            CLibrary.longFunction("getdents64", JAVA_INT, CLibrary.pointer(), JAVA_LONG);
    private static final MethodHandle STATX =
            CLibrary.intFunction(
                    "statx", JAVA_INT, CLibrary.pointer(), JAVA_INT, JAVA_INT, CLibrary.pointer());
    private static final MethodHandle READLINKAT =
            CLibrary.longFunction(
                    "readlinkat", JAVA_INT, CLibrary.pointer(), CLibrary.pointer(), JAVA_LONG);
    private static final MethodHandle LLISTXATTR =
            CLibrary.longFunction("llistxattr", CLibrary.pointer(), CLibrary.pointer(), JAVA_LONG);
    private static final MethodHandle LGETXATTR =
            CLibrary.longFunction(
                    "lgetxattr",
                    CLibrary.pointer(),
                    CLibrary.pointer(),
                    CLibrary.pointer(),
                    JAVA_LONG);

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_SIZE = 256;
    private static final int PATH_MAX = 4096;
    private static final int ATTRIBUTE_NAME_MAX = 256;
    private static final byte[] EMPTY = {};

    /// Fits the second-level cache; larger reads are not faster. Also the limit of an attribute's
    /// value (64 KiB) and of an attribute list (64 KiB).
    private static final int BUFFER_SIZE = 256 << 10;

    private static final int DIRECTORY_BUFFER_SIZE = 64 << 10;
    private static final int ENTRY_LENGTH_OFFSET = 16;
    private static final int ENTRY_NAME_OFFSET = 19;

    private final Arena arena;
    private final MemorySegment capture;
    private final MemorySegment path;
    private final MemorySegment attributeName;
    private final MemorySegment status;
    private final MemorySegment buffer;

    public ReadCalls() {
        arena = Arena.ofShared(); // a reader moves between threads, though never used by two
        capture = arena.allocate(CLibrary.CAPTURE_LAYOUT);
        path = arena.allocate(PATH_MAX);
        attributeName = arena.allocate(ATTRIBUTE_NAME_MAX);
        status = arena.allocate(STATX_SIZE, 8);
        buffer = arena.allocate(BUFFER_SIZE, 64);
    }

    /// Opens `name` below the directory `directoryFd`; `CLOSE_ON_EXEC` is added to the flags.
    public int open(int directoryFd, byte[] name, int flags) throws PosixException {
        setPath("open", name);
        try {
            while (true) {
                int fd =
                        (int)
                                OPENAT.invokeExact(
                                        capture,
                                        directoryFd,
                                        path,
                                        flags | OpenFlags.CLOSE_ON_EXEC);
                if (fd >= 0) {
                    return fd;
                }
                throwUnlessInterrupted("open");
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Closes a descriptor; errors have no consequence for one that was only read from.
    public void close(int fd) {
        try {
            int _ = (int) CLOSE.invokeExact(capture, fd);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Reads up to `length` bytes from where the descriptor stands.
    ///
    /// @return 0 at the end of the file
    public int read(int fd, byte[] target, int offset, int length) throws PosixException {
        long wanted = Math.min(length, BUFFER_SIZE);
        try {
            while (true) {
                long count = (long) READ.invokeExact(capture, fd, buffer, wanted);
                if (count >= 0) {
                    MemorySegment.copy(buffer, JAVA_BYTE, 0, target, offset, (int) count);
                    return (int) count;
                }
                throwUnlessInterrupted("read");
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Names of all entries of an open directory except `.` and `..`, in the order of the file
    /// system.
    public List<byte[]> list(int fd) throws PosixException {
        List<byte[]> names = new ArrayList<>();
        try {
            while (true) {
                long length =
                        (long)
                                GETDENTS.invokeExact(
                                        capture, fd, buffer, (long) DIRECTORY_BUFFER_SIZE);
                if (length == 0) {
                    return names;
                }
                if (length < 0) {
                    throwUnlessInterrupted("getdents64");
                    continue;
                }
                addNames(length, names);
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    private void addNames(long length, List<byte[]> names) {
        long entryLength;
        for (long at = 0; at < length; at += entryLength) {
            entryLength = Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + ENTRY_LENGTH_OFFSET));
            long start = at + ENTRY_NAME_OFFSET;
            long end = start;
            while (buffer.get(JAVA_BYTE, end) != 0) {
                end++;
            }
            int nameLength = (int) (end - start);
            boolean dots =
                    nameLength <= 2
                            && buffer.get(JAVA_BYTE, start) == '.'
                            && (nameLength == 1 || buffer.get(JAVA_BYTE, start + 1) == '.');
            if (!dots) {
                byte[] name = new byte[nameLength];
                MemorySegment.copy(buffer, JAVA_BYTE, start, name, 0, nameLength);
                names.add(name);
            }
        }
    }

    /// Status of `name` below a directory; of a symbolic link itself.
    public RawStatus status(int directoryFd, byte[] name) throws PosixException {
        return statx(directoryFd, name, AT_SYMLINK_NOFOLLOW);
    }

    /// Status of what `name` below a directory leads to.
    public RawStatus statusFollowingLinks(int directoryFd, byte[] name) throws PosixException {
        return statx(directoryFd, name, 0);
    }

    /// Status of an open file.
    public RawStatus status(int fd) throws PosixException {
        return statx(fd, EMPTY, AT_EMPTY_PATH);
    }

    private RawStatus statx(int fd, byte[] name, int flags) throws PosixException {
        setPath("statx", name);
        try {
            while (true) {
                int result =
                        (int)
                                STATX.invokeExact(
                                        capture, fd, path, flags, STATX_BASIC_STATS, status);
                if (result == 0) {
                    return decodeStatus();
                }
                throwUnlessInterrupted("statx");
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// The fields of `struct statx` by their fixed offsets.
    private RawStatus decodeStatus() {
        return new RawStatus(
                Short.toUnsignedInt(status.get(JAVA_SHORT, 28)),
                unsigned(16),
                unsigned(20),
                unsigned(24),
                status.get(JAVA_LONG, 32),
                status.get(JAVA_LONG, 40),
                deviceNumber(unsigned(136), unsigned(140)),
                deviceNumber(unsigned(128), unsigned(132)),
                status.get(JAVA_LONG, 64),
                status.get(JAVA_INT, 72),
                status.get(JAVA_LONG, 112),
                status.get(JAVA_INT, 120),
                status.get(JAVA_LONG, 96),
                status.get(JAVA_INT, 104));
    }

    private long unsigned(long offset) {
        return Integer.toUnsignedLong(status.get(JAVA_INT, offset));
    }

    /// `makedev` of glibc.
    static long deviceNumber(long major, long minor) {
        return (minor & 0xff)
                | ((major & 0xfff) << 8)
                | ((minor & ~0xffL) << 12)
                | ((major & ~0xfffL) << 32);
    }

    /// Target of the symbolic link `name` below a directory.
    public byte[] readLink(int directoryFd, byte[] name) throws PosixException {
        setPath("readlink", name);
        try {
            while (true) {
                long length =
                        (long)
                                READLINKAT.invokeExact(
                                        capture, directoryFd, path, buffer, (long) BUFFER_SIZE);
                if (length >= 0) {
                    return copyOfBuffer(length);
                }
                throwUnlessInterrupted("readlink");
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Names of the extended attributes of `name` below a directory, of a symbolic link itself, in
    /// the order of the kernel; empty where the file system has none.
    public List<byte[]> attributeNames(int directoryFd, byte[] name) throws PosixException {
        setPath("llistxattr", throughProc(directoryFd, name));
        try {
            while (true) {
                long length =
                        (long) LLISTXATTR.invokeExact(capture, path, buffer, (long) BUFFER_SIZE);
                if (length == 0) {
                    return List.of();
                }
                if (length > 0) {
                    return splitNames(length);
                }
                if (CLibrary.errno(capture) == Errno.EOPNOTSUPP) {
                    return List.of();
                }
                throwUnlessInterrupted("llistxattr");
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    private List<byte[]> splitNames(long length) {
        List<byte[]> names = new ArrayList<>();
        long start = 0;
        for (long at = 0; at < length; at++) {
            if (buffer.get(JAVA_BYTE, at) == 0) {
                byte[] name = new byte[(int) (at - start)];
                MemorySegment.copy(buffer, JAVA_BYTE, start, name, 0, name.length);
                names.add(name);
                start = at + 1;
            }
        }
        return names;
    }

    /// Value of one extended attribute of `name` below a directory.
    public byte[] attribute(int directoryFd, byte[] name, byte[] attribute) throws PosixException {
        setPath("lgetxattr", throughProc(directoryFd, name));
        setText("lgetxattr", attributeName, attribute);
        try {
            while (true) {
                long length =
                        (long)
                                LGETXATTR.invokeExact(
                                        capture, path, attributeName, buffer, (long) BUFFER_SIZE);
                if (length >= 0) {
                    return copyOfBuffer(length);
                }
                throwUnlessInterrupted("lgetxattr");
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// There are no attribute calls relative to a directory before Linux 6.13; `/proc` leads from a
    /// descriptor to its directory without walking a path that somebody may exchange.
    static byte[] throughProc(int directoryFd, byte[] name) {
        if (directoryFd == WORKING_DIRECTORY) {
            return name;
        }
        byte[] prefix = ("/proc/self/fd/" + directoryFd + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] path = Arrays.copyOf(prefix, prefix.length + name.length);
        System.arraycopy(name, 0, path, prefix.length, name.length);
        return path;
    }

    /// Frees the scratch memory. Descriptors that are open stay open.
    @Override
    public void close() {
        arena.close();
    }

    private void setPath(String call, byte[] name) throws PosixException {
        setText(call, path, name);
    }

    private static void setText(String call, MemorySegment target, byte[] text)
            throws PosixException {
        if (text.length >= target.byteSize()) {
            throw new PosixException(call, Errno.ENAMETOOLONG);
        }
        for (byte b : text) {
            if (b == 0) { // the kernel would see a shorter path than the one asked for
                throw new PosixException(call, Errno.EINVAL);
            }
        }
        MemorySegment.copy(text, 0, target, JAVA_BYTE, 0, text.length);
        target.set(JAVA_BYTE, text.length, (byte) 0);
    }

    private byte[] copyOfBuffer(long length) {
        byte[] copy = new byte[(int) length];
        MemorySegment.copy(buffer, JAVA_BYTE, 0, copy, 0, copy.length);
        return copy;
    }

    private void throwUnlessInterrupted(String call) throws PosixException {
        int errno = CLibrary.errno(capture);
        if (errno != Errno.EINTR) {
            throw new PosixException(call, errno);
        }
    }
}
