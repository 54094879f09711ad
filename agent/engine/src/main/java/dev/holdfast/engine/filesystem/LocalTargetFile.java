package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.filesystem.posix.Errno;
import dev.holdfast.engine.filesystem.posix.OpenFlags;
import dev.holdfast.engine.filesystem.posix.WriteCalls;

import java.util.List;

/// One file of a [LocalFileTarget].
///
/// Many files may be under way at once, since packs mix their chunks: where too many are open, a
/// file closes its descriptor between two writes and opens it again, which must lead to the same
/// inode. The object's own lock guards everything in it.
final class LocalTargetFile implements TargetFile {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final byte[] SELF = {};

    private final LocalFileTarget target;
    private final TargetPath path;
    private final byte[] nameNow;
    private final boolean isNew;
    private int descriptor = -1;
    private long inode;
    private int deviceMajor;
    private int deviceMinor;
    private boolean closed;

    /// Makes or opens the file.
    ///
    /// @param nameNow the name it has in its directory now
    LocalTargetFile(LocalFileTarget target, TargetPath path, byte[] nameNow, boolean isNew)
            throws FileAccessException {
        this.target = target;
        this.path = path;
        this.nameNow = nameNow;
        this.isNew = isNew;
        int flags =
                isNew
                        ? OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE
                        : OpenFlags.READ_ONLY | OpenFlags.NONBLOCK;
        descriptor = openDescriptor(flags);
        if (!isNew) {
            try {
                remember();
            } catch (FileAccessException e) {
                close();
                throw e;
            }
        }
    }

    private void remember() throws FileAccessException {
        WriteCalls.Stat found = stat();
        inode = found.inode;
        deviceMajor = found.deviceMajor;
        deviceMinor = found.deviceMinor;
    }

    @Override
    public synchronized void write(long position, byte[] bytes, int offset, int length)
            throws FileAccessException {
        check(WriteCalls.pwrite(open(), bytes, offset, length, position), "write");
        closeWhereManyAreOpen();
    }

    @Override
    public synchronized int read(long position, byte[] bytes, int offset, int length)
            throws FileAccessException {
        int read = check(WriteCalls.pread(open(), bytes, offset, length, position), "read");
        closeWhereManyAreOpen();
        return read;
    }

    @Override
    public synchronized void resize(long size) throws FileAccessException {
        check(WriteCalls.ftruncate(open(), size), "set the size of");
    }

    @Override
    public synchronized void forgetCached() throws FileAccessException {
        WriteCalls.dropCache(open());
    }

    @Override
    public synchronized List<String> apply(FileMetadata metadata) throws FileAccessException {
        return new DescriptorMetadata(target.isRoot()).apply(open(), metadata);
    }

    @Override
    public synchronized void commit() throws FileAccessException {
        if (closed || !isNew) {
            throw new IllegalStateException("nothing to commit: " + path);
        }
        int result =
                target.in(
                        path.parent(),
                        directory ->
                                WriteCalls.renameat(directory, nameNow, directory, path.name()));
        check(result, "put in place");
        closed = true;
        closeDescriptor();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        closeDescriptor();
        if (isNew) {
            try {
                int _ =
                        target.in(
                                path.parent(),
                                directory -> WriteCalls.unlinkat(directory, nameNow, 0));
            } catch (FileAccessException _) {
                // the directory is out of reach, and so is the hidden file in it
            }
        }
    }

    private int open() throws FileAccessException {
        if (closed) {
            throw new FileAccessException(
                    FileAccessException.Kind.OTHER, "'" + path + "' was given up", null);
        }
        if (descriptor < 0) {
            descriptor =
                    openDescriptor(
                            OpenFlags.NONBLOCK
                                    | (isNew ? OpenFlags.READ_WRITE : OpenFlags.READ_ONLY));
            WriteCalls.Stat found = stat();
            if (found.inode != inode
                    || found.deviceMajor != deviceMajor
                    || found.deviceMinor != deviceMinor) {
                throw new FileAccessException(
                        FileAccessException.Kind.OTHER,
                        "'" + path + "' was exchanged by somebody else while it was written",
                        null);
            }
        }
        return descriptor;
    }

    private int openDescriptor(int flags) throws FileAccessException {
        int opened =
                target.in(
                        path.parent(),
                        directory ->
                                WriteCalls.openat(
                                        directory, nameNow, flags | OpenFlags.NO_FOLLOW, 0600));
        check(opened, isNew ? "create" : "open");
        target.openFiles().incrementAndGet();
        return opened;
    }

    private WriteCalls.Stat stat() throws FileAccessException {
        WriteCalls.Stat found = new WriteCalls.Stat();
        check(WriteCalls.stat(descriptor, SELF, found), "look at");
        if ((found.mode & TYPE) != REGULAR) {
            throw TargetFailure.of(Errno.EEXIST, "use as a file", path);
        }
        return found;
    }

    private void closeWhereManyAreOpen() throws FileAccessException {
        if (target.openFiles().get() > LocalFileTarget.OPEN_FILES_MAX) {
            remember();
            closeDescriptor();
        }
    }

    private void closeDescriptor() {
        if (descriptor >= 0) {
            WriteCalls.close(descriptor);
            descriptor = -1;
            target.openFiles().decrementAndGet();
        }
    }

    private int check(int result, String action) throws FileAccessException {
        if (result < 0) {
            throw TargetFailure.of(-result, action, path);
        }
        return result;
    }
}
