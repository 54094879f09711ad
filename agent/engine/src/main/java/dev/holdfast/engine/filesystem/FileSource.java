package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.snapshot.ExtendedAttribute;

import java.util.List;

/// Reads the files of one host. Paths and names are bytes.
///
/// A source, its directories and its files are used by one thread at a time. Whatever fails throws
/// [FileAccessException] and leaves the rest usable.
public interface FileSource extends AutoCloseable {
    /// Makes a path absolute against the working directory; does not resolve links.
    byte[] absolute(byte[] path);

    /// Opens the directory at an absolute path. Links on the way and at its end are followed: the
    /// path was named by a person.
    Directory openDirectory(byte[] path) throws FileAccessException;

    /// Name of a user; empty where it is unknown.
    String userName(long uid);

    /// Name of a group; empty where it is unknown.
    String groupName(long gid);

    @Override
    void close();

    /// An open directory. Names are single path parts; a link by one of these names is never
    /// followed.
    interface Directory extends AutoCloseable {
        /// Status of the directory itself.
        FileStatus status() throws FileAccessException;

        /// Names of all entries, sorted by bytes, unsigned.
        List<byte[]> list() throws FileAccessException;

        /// Status of an entry; of a link itself.
        FileStatus status(byte[] name) throws FileAccessException;

        /// Opens a directory in this one.
        Directory openDirectory(byte[] name) throws FileAccessException;

        /// Opens a regular file for reading; refuses every other kind without blocking.
        OpenFile openFile(byte[] name) throws FileAccessException;

        /// Target of a symbolic link.
        byte[] readLink(byte[] name) throws FileAccessException;

        /// Extended attributes of an entry, of a link itself, in the order the kernel lists them.
        ///
        /// @param unreadable told of each attribute that is listed and cannot be read
        List<ExtendedAttribute> extendedAttributes(byte[] name, UnreadableAttribute unreadable)
                throws FileAccessException;

        @Override
        void close();
    }

    /// A regular file being read from its beginning.
    interface OpenFile extends AutoCloseable {
        /// Status of the open file.
        FileStatus status() throws FileAccessException;

        /// Reads at least one byte and at most `length`.
        ///
        /// @return bytes read; 0 at the end of the file
        int read(byte[] target, int offset, int length) throws FileAccessException;

        @Override
        void close();
    }

    /// Told of an extended attribute that cannot be read.
    @FunctionalInterface
    interface UnreadableAttribute {
        void report(byte[] attribute, FileAccessException cause);
    }
}
