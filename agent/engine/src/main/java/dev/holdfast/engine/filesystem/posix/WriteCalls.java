package dev.holdfast.engine.filesystem.posix;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The system calls that write files, each relative to an open directory or on an open file.
///
/// Results are as the kernel gives them: zero or more for success, the negative error number
/// ([Errno]) for failure. Names and targets are raw bytes without a NUL; nobody here checks more,
/// that is the caller's part. Thread-safe, without state.
public final class WriteCalls {
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_EMPTY_PATH = 0x1000;

    public static final int LOCK_SH = 1;
    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;

    private static final int FADV_DONTNEED = 4;

    /// Bytes moved by one write or read; bigger ones are made in several steps, which bounds the
    /// memory outside the heap.
    private static final int STEP = 256 * 1024;

    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout STATE = CLibrary.CAPTURE_LAYOUT;
    private static final long TIMES_SIZE = 32;

    private static final MethodHandle OPENAT =
            variadic("openat", 3, FunctionDescriptor.of(INT, INT, POINTER, INT, INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle MKDIRAT =
            call("mkdirat", FunctionDescriptor.of(INT, INT, POINTER, INT));
    private static final MethodHandle UNLINKAT =
            call("unlinkat", FunctionDescriptor.of(INT, INT, POINTER, INT));
    private static final MethodHandle RENAMEAT =
            call("renameat", FunctionDescriptor.of(INT, INT, POINTER, INT, POINTER));
    private static final MethodHandle LINKAT =
            call("linkat", FunctionDescriptor.of(INT, INT, POINTER, INT, POINTER, INT));
    private static final MethodHandle SYMLINKAT =
            call("symlinkat", FunctionDescriptor.of(INT, POINTER, INT, POINTER));
    private static final MethodHandle MKFIFOAT =
            call("mkfifoat", FunctionDescriptor.of(INT, INT, POINTER, INT));

    /// Missing in C libraries before glibc 2.33; then devices cannot be made, all else can.
    private static final Optional<MethodHandle> MKNODAT =
            find("mknodat", FunctionDescriptor.of(INT, INT, POINTER, INT, LONG));

    private static final MethodHandle FCHOWNAT =
            call("fchownat", FunctionDescriptor.of(INT, INT, POINTER, INT, INT, INT));
    private static final MethodHandle FCHMOD = call("fchmod", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle CHMOD =
            call("chmod", FunctionDescriptor.of(INT, POINTER, INT));
    private static final MethodHandle UTIMENSAT =
            call("utimensat", FunctionDescriptor.of(INT, INT, POINTER, POINTER, INT));
    private static final MethodHandle FUTIMENS =
            call("futimens", FunctionDescriptor.of(INT, INT, POINTER));
    private static final MethodHandle FTRUNCATE =
            call("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
    private static final MethodHandle PWRITE =
            call("pwrite", FunctionDescriptor.of(LONG, INT, POINTER, LONG, LONG));
    private static final MethodHandle PREAD =
            call("pread", FunctionDescriptor.of(LONG, INT, POINTER, LONG, LONG));
    private static final MethodHandle LSETXATTR =
            call("lsetxattr", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, LONG, INT));
    private static final MethodHandle FSETXATTR =
            call("fsetxattr", FunctionDescriptor.of(INT, INT, POINTER, POINTER, LONG, INT));
    private static final MethodHandle FLISTXATTR =
            call("flistxattr", FunctionDescriptor.of(LONG, INT, POINTER, LONG));
    private static final MethodHandle FREMOVEXATTR =
            call("fremovexattr", FunctionDescriptor.of(INT, INT, POINTER));
    private static final MethodHandle STATX =
            call("statx", FunctionDescriptor.of(INT, INT, POINTER, INT, INT, POINTER));
    private static final MethodHandle SYNCFS = call("syncfs", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle FADVISE =
            call("posix_fadvise", FunctionDescriptor.of(INT, INT, LONG, LONG, INT));
    private static final MethodHandle FLOCK = call("flock", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle GETEUID = call("geteuid", FunctionDescriptor.of(INT));

    private WriteCalls() {}

    /// Opens `name` in `directory`; CLOSE_ON_EXEC is added.
    public static int openat(int directory, byte[] name, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            OPENAT.invokeExact(
                                    state,
                                    directory,
                                    text(arena, name),
                                    flags | OpenFlags.CLOSE_ON_EXEC,
                                    mode),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Closes a descriptor.
    public static int close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result((int) CLOSE.invokeExact(state, descriptor), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int mkdirat(int directory, byte[] name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int) MKDIRAT.invokeExact(state, directory, text(arena, name), mode), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int unlinkat(int directory, byte[] name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int) UNLINKAT.invokeExact(state, directory, text(arena, name), flags), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int renameat(int fromDirectory, byte[] from, int toDirectory, byte[] to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            RENAMEAT.invokeExact(
                                    state,
                                    fromDirectory,
                                    text(arena, from),
                                    toDirectory,
                                    text(arena, to)),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Makes `to` another name of `from`; a symbolic link at `from` is linked itself.
    public static int linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            LINKAT.invokeExact(
                                    state,
                                    fromDirectory,
                                    text(arena, from),
                                    toDirectory,
                                    text(arena, to),
                                    0),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int symlinkat(byte[] target, int directory, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            SYMLINKAT.invokeExact(
                                    state, text(arena, target), directory, text(arena, name)),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int mkfifoat(int directory, byte[] name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int) MKFIFOAT.invokeExact(state, directory, text(arena, name), mode), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Makes a device node; `mode` carries the type (S_IFCHR, S_IFBLK).
    public static int mknodat(int directory, byte[] name, int mode, long device) {
        if (MKNODAT.isEmpty()) {
            return -Errno.ENOSYS;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            MKNODAT.get()
                                    .invokeExact(state, directory, text(arena, name), mode, device),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Changes owner and group; -1 leaves one as it is. With AT_EMPTY_PATH and an empty name it is
    /// the open file `directory` itself.
    public static int fchownat(int directory, byte[] name, int uid, int gid, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            FCHOWNAT.invokeExact(
                                    state, directory, text(arena, name), uid, gid, flags),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int fchmod(int descriptor, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result((int) FCHMOD.invokeExact(state, descriptor, mode), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Changes the mode of the file behind a descriptor that was opened with O_PATH.
    public static int chmodOfPathDescriptor(int descriptor, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int) CHMOD.invokeExact(state, text(arena, procPath(descriptor)), mode), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Sets access and modification time of a name, or with an empty name of the open file itself.
    public static int utimensat(
            int directory,
            byte[] name,
            long accessedSecond,
            int accessedNano,
            long modifiedSecond,
            int modifiedNano) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment times = arena.allocate(TIMES_SIZE, 8);
            times.set(LONG, 0, accessedSecond);
            times.set(LONG, 8, accessedNano);
            times.set(LONG, 16, modifiedSecond);
            times.set(LONG, 24, modifiedNano);
            if (name.length == 0) { // the C library allows no NULL there, though the kernel does
                return result((int) FUTIMENS.invokeExact(state, directory, times), state);
            }
            return result(
                    (int)
                            UTIMENSAT.invokeExact(
                                    state,
                                    directory,
                                    text(arena, name),
                                    times,
                                    AT_SYMLINK_NOFOLLOW),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int ftruncate(int descriptor, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result((int) FTRUNCATE.invokeExact(state, descriptor, size), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Writes all `length` bytes; 0 or the negative error number.
    public static int pwrite(int descriptor, byte[] bytes, int offset, int length, long position) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment step = arena.allocate(Math.min(STEP, Math.max(1, length)));
            for (int done = 0; done < length; ) {
                int size = Math.min(STEP, length - done);
                MemorySegment.copy(bytes, offset + done, step, ValueLayout.JAVA_BYTE, 0, size);
                long written =
                        (long)
                                PWRITE.invokeExact(
                                        state, descriptor, step, (long) size, position + done);
                if (written > 0) {
                    done += (int) written;
                } else if (written == 0) {
                    return -Errno.EIO;
                } else if (CLibrary.errno(state) != Errno.EINTR) {
                    return -CLibrary.errno(state);
                }
            }
            return 0;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Reads up to `length` bytes, fewer only at the end of the file; their number or the negative
    /// error number.
    public static int pread(int descriptor, byte[] bytes, int offset, int length, long position) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment step = arena.allocate(Math.min(STEP, Math.max(1, length)));
            int done = 0;
            while (done < length) {
                int size = Math.min(STEP, length - done);
                long read =
                        (long)
                                PREAD.invokeExact(
                                        state, descriptor, step, (long) size, position + done);
                if (read > 0) {
                    MemorySegment.copy(
                            step, ValueLayout.JAVA_BYTE, 0, bytes, offset + done, (int) read);
                    done += (int) read;
                } else if (read == 0) {
                    return done;
                } else if (CLibrary.errno(state) != Errno.EINTR) {
                    return -CLibrary.errno(state);
                }
            }
            return done;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Sets an extended attribute of an open file.
    public static int fsetxattr(int descriptor, byte[] name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            FSETXATTR.invokeExact(
                                    state,
                                    descriptor,
                                    text(arena, name),
                                    bytes(arena, value),
                                    (long) value.length,
                                    0),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Sets an extended attribute of what lies in `directory` under `file`, of a symbolic link
    /// itself. There is no such call relative to a directory: the way goes through the directory's
    /// entry in /proc, whose last step is not followed.
    public static int lsetxattrat(int directory, byte[] file, byte[] name, byte[] value) {
        byte[] path = ReadCalls.throughProc(directory, file);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int)
                            LSETXATTR.invokeExact(
                                    state,
                                    text(arena, path),
                                    text(arena, name),
                                    bytes(arena, value),
                                    (long) value.length,
                                    0),
                    state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Fills `names` with the attribute names of an open file, each ended by NUL; the bytes needed.
    /// With an empty array it only tells how many.
    public static int flistxattr(int descriptor, byte[] names) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment list =
                    names.length == 0 ? MemorySegment.NULL : arena.allocate(names.length);
            long size = (long) FLISTXATTR.invokeExact(state, descriptor, list, (long) names.length);
            if (size < 0) {
                return -CLibrary.errno(state);
            }
            if (names.length > 0) {
                MemorySegment.copy(list, ValueLayout.JAVA_BYTE, 0, names, 0, (int) size);
            }
            return (int) size;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    public static int fremovexattr(int descriptor, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result(
                    (int) FREMOVEXATTR.invokeExact(state, descriptor, text(arena, name)), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// What lies in `directory` under `name`, links not followed; with an empty name the open file
    /// itself.
    public static int stat(int directory, byte[] name, Stat found) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment buffer = arena.allocate(Stat.SIZE, 8);
            int flags = AT_SYMLINK_NOFOLLOW | (name.length == 0 ? AT_EMPTY_PATH : 0);
            int result =
                    result(
                            (int)
                                    STATX.invokeExact(
                                            state,
                                            directory,
                                            text(arena, name),
                                            flags,
                                            Stat.MASK,
                                            buffer),
                            state);
            if (result == 0) {
                found.read(buffer);
            }
            return result;
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Brings everything written to the file system of an open file onto its disk.
    public static int syncfs(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result((int) SYNCFS.invokeExact(state, descriptor), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Asks the kernel to forget the cached content of an open file, so that the next read comes
    /// from the disk. It may decline.
    public static void dropCache(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int _ = (int) FADVISE.invokeExact(state, descriptor, 0L, 0L, FADV_DONTNEED);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// Takes, changes or gives back the advisory lock of an open file.
    public static int flock(int descriptor, int operation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return result((int) FLOCK.invokeExact(state, descriptor, operation), state);
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// The user on whose behalf this process acts; 0 is root.
    public static int geteuid() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) GETEUID.invokeExact(arena.allocate(STATE));
        } catch (Throwable e) {
            throw CLibrary.broken(e);
        }
    }

    /// What `stat` found. Reusable, not thread-safe.
    public static final class Stat {
        private static final long SIZE = 256;
        private static final int MASK = 0x7ff; // STATX_BASIC_STATS

        /// `st_mode`: type and permissions.
        public int mode;

        public int links;
        public int uid;
        public int gid;
        public long inode;
        public long size;
        public int deviceMajor;
        public int deviceMinor;

        /// Offsets of `struct statx`, the same on every architecture.
        private void read(MemorySegment buffer) {
            links = buffer.get(INT, 16);
            uid = buffer.get(INT, 20);
            gid = buffer.get(INT, 24);
            mode = Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, 28));
            inode = buffer.get(LONG, 32);
            size = buffer.get(LONG, 40);
            deviceMajor = buffer.get(INT, 136);
            deviceMinor = buffer.get(INT, 140);
        }
    }

    private static byte[] procPath(int descriptor) {
        return ("/proc/self/fd/" + descriptor).getBytes(StandardCharsets.US_ASCII);
    }

    private static int result(int returned, MemorySegment state) {
        return returned >= 0 ? returned : -CLibrary.errno(state);
    }

    private static MemorySegment text(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    private static MemorySegment bytes(Arena arena, byte[] bytes) {
        return bytes.length == 0
                ? MemorySegment.NULL
                : arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle variadic(
            String name, int firstVariadic, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                descriptor,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return find(name, descriptor)
                .orElseThrow(() -> new UnsatisfiedLinkError("no " + name + " in the C library"));
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> find(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(
                        address ->
                                linker.downcallHandle(
                                        address,
                                        descriptor,
                                        Linker.Option.captureCallState("errno")));
    }
}
