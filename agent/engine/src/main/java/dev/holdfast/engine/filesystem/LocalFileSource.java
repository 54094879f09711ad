package dev.holdfast.engine.filesystem;

import static dev.holdfast.engine.filesystem.posix.OpenFlags.DIRECTORY;
import static dev.holdfast.engine.filesystem.posix.OpenFlags.NONBLOCK;
import static dev.holdfast.engine.filesystem.posix.OpenFlags.NO_ACCESS_TIME;
import static dev.holdfast.engine.filesystem.posix.OpenFlags.NO_FOLLOW;
import static dev.holdfast.engine.filesystem.posix.OpenFlags.READ_ONLY;

import dev.holdfast.engine.filesystem.FileAccessException.Kind;
import dev.holdfast.engine.filesystem.posix.Errno;
import dev.holdfast.engine.filesystem.posix.PosixException;
import dev.holdfast.engine.filesystem.posix.RawStatus;
import dev.holdfast.engine.filesystem.posix.ReadCalls;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.FileMode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the files of this machine through descriptors.
///
/// Regular files are opened without following links, without waiting (a file exchanged for a fifo
/// must not hang the backup) and, where the kernel lets us, without changing the access time. Holds
/// one descriptor per open directory. Used by one thread at a time.
public final class LocalFileSource implements FileSource {
    private static final int DIRECTORY_FLAGS = READ_ONLY | DIRECTORY | NONBLOCK;
    private static final int FILE_FLAGS = READ_ONLY | NO_FOLLOW | NONBLOCK;

    private final ReadCalls calls;
    private final byte[] workingDirectory;
    private final AccountNames users;
    private final AccountNames groups;

    public LocalFileSource() {
        this(Path.of("").toAbsolutePath());
    }

    /// @param workingDirectory what relative paths are relative to
    public LocalFileSource(Path workingDirectory) {
        this(workingDirectory, Path.of("/etc/passwd"), Path.of("/etc/group"));
    }

    LocalFileSource(Path workingDirectory, Path passwd, Path group) {
        this.workingDirectory = RawPath.of(workingDirectory);
        this.users = AccountNames.read(passwd);
        this.groups = AccountNames.read(group);
        this.calls = new ReadCalls();
    }

    @Override
    public byte[] absolute(byte[] path) {
        return RawPath.isAbsolute(path) ? path : RawPath.child(workingDirectory, path);
    }

    @Override
    public Directory openDirectory(byte[] path) throws FileAccessException {
        return open(ReadCalls.WORKING_DIRECTORY, path, DIRECTORY_FLAGS, path);
    }

    @Override
    public String userName(long uid) {
        return users.name(uid);
    }

    @Override
    public String groupName(long gid) {
        return groups.name(gid);
    }

    @Override
    public void close() {
        calls.close();
    }

    private LocalDirectory open(int directoryFd, byte[] name, int flags, byte[] path)
            throws FileAccessException {
        try {
            return new LocalDirectory(openQuietly(directoryFd, name, flags), path);
        } catch (PosixException e) {
            throw failure("cannot open directory", path, e);
        }
    }

    /// Only the owner of a file and root may leave its access time alone.
    private int openQuietly(int directoryFd, byte[] name, int flags) throws PosixException {
        try {
            return calls.open(directoryFd, name, flags | NO_ACCESS_TIME);
        } catch (PosixException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            return calls.open(directoryFd, name, flags);
        }
    }

    static FileStatus status(RawStatus raw) {
        return new FileStatus(
                FileMode.typeOfUnix(raw.mode()),
                FileMode.ofUnix(raw.mode()),
                raw.uid(),
                raw.gid(),
                raw.inode(),
                raw.device(),
                raw.size(),
                raw.links(),
                raw.specialDevice(),
                raw.atimeSecond(),
                raw.atimeNano(),
                raw.mtimeSecond(),
                raw.mtimeNano(),
                raw.ctimeSecond(),
                raw.ctimeNano());
    }

    static FileAccessException failure(String what, byte[] path, PosixException cause) {
        Kind kind =
                switch (cause.errno()) {
                    case Errno.ENOENT -> Kind.NOT_FOUND;
                    case Errno.EACCES, Errno.EPERM -> Kind.PERMISSION_DENIED;
                    case Errno.ENOTDIR, Errno.ELOOP, Errno.ENXIO, Errno.EISDIR -> Kind.KIND_CHANGED;
                    case Errno.EMFILE, Errno.ENFILE -> Kind.TOO_MANY_OPEN;
                    case Errno.ENOSPC, Errno.EDQUOT -> Kind.NO_SPACE;
                    case Errno.EROFS -> Kind.READ_ONLY;
                    case Errno.EIO, Errno.ESTALE -> Kind.IO;
                    default -> Kind.OTHER;
                };
        return new FileAccessException(
                kind, what + " " + RawPath.display(path) + ": " + Errno.text(cause.errno()), cause);
    }

    private final class LocalDirectory implements Directory {
        private final int fd;
        private final byte[] path;

        LocalDirectory(int fd, byte[] path) {
            this.fd = fd;
            this.path = path;
        }

        @Override
        public FileStatus status() throws FileAccessException {
            try {
                return LocalFileSource.status(calls.status(fd));
            } catch (PosixException e) {
                throw failure("cannot read status of", path, e);
            }
        }

        @Override
        public List<byte[]> list() throws FileAccessException {
            try {
                List<byte[]> names = calls.list(fd);
                names.sort(Arrays::compareUnsigned);
                return names;
            } catch (PosixException e) {
                throw failure("cannot list directory", path, e);
            }
        }

        @Override
        public FileStatus status(byte[] name) throws FileAccessException {
            try {
                return LocalFileSource.status(calls.status(fd, name));
            } catch (PosixException e) {
                throw failure("cannot read status of", name, e);
            }
        }

        @Override
        public Directory openDirectory(byte[] name) throws FileAccessException {
            return open(fd, name, DIRECTORY_FLAGS | NO_FOLLOW, RawPath.child(path, name));
        }

        @Override
        public OpenFile openFile(byte[] name) throws FileAccessException {
            int file;
            try {
                file = openQuietly(fd, name, FILE_FLAGS);
            } catch (PosixException e) {
                throw failure("cannot open", name, e);
            }
            return new LocalFile(file, RawPath.child(path, name));
        }

        @Override
        public byte[] readLink(byte[] name) throws FileAccessException {
            try {
                return calls.readLink(fd, name);
            } catch (PosixException e) {
                throw failure("cannot read link", name, e);
            }
        }

        @Override
        public List<ExtendedAttribute> extendedAttributes(
                byte[] name, UnreadableAttribute unreadable) throws FileAccessException {
            try {
                List<byte[]> names = calls.attributeNames(fd, name);
                return names.isEmpty() ? List.of() : values(name, names, unreadable);
            } catch (PosixException e) {
                throw failure("cannot list extended attributes of", name, e);
            }
        }

        private List<ExtendedAttribute> values(
                byte[] name, List<byte[]> attributes, UnreadableAttribute unreadable) {
            List<ExtendedAttribute> values = new ArrayList<>(attributes.size());
            for (byte[] attribute : attributes) {
                try {
                    values.add(
                            new ExtendedAttribute(attribute, calls.attribute(fd, name, attribute)));
                } catch (PosixException e) {
                    if (e.errno() != Errno.ENODATA) { // removed since it was listed
                        unreadable.report(
                                attribute,
                                failure(
                                        "cannot read extended attribute "
                                                + new String(attribute, StandardCharsets.UTF_8)
                                                + " of",
                                        name,
                                        e));
                    }
                }
            }
            return values;
        }

        @Override
        public void close() {
            calls.close(fd);
        }
    }

    private final class LocalFile implements OpenFile {
        private final int fd;
        private final byte[] path;

        LocalFile(int fd, byte[] path) {
            this.fd = fd;
            this.path = path;
        }

        @Override
        public FileStatus status() throws FileAccessException {
            try {
                return LocalFileSource.status(calls.status(fd));
            } catch (PosixException e) {
                throw failure("cannot read status of", path, e);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws FileAccessException {
            try {
                return calls.read(fd, target, offset, length);
            } catch (PosixException e) {
                throw failure("cannot read", path, e);
            }
        }

        @Override
        public void close() {
            calls.close(fd);
        }
    }
}
