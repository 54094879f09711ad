package dev.holdfast.engine.filesystem;

import java.util.List;

/// A file of a [FileTarget] that is being written or compared. Safe for use by many threads.
///
/// A new file lies in its directory under a hidden name, readable by its owner alone, until
/// [#commit] gives it its own; closed before that, it is removed. So a name stands for a complete
/// file or for what was there before.
public interface TargetFile extends AutoCloseable {
    /// Writes at a position; what is never written is a hole.
    void write(long position, byte[] bytes, int offset, int length) throws FileAccessException;

    /// Reads up to `length` bytes; fewer only at the end.
    int read(long position, byte[] bytes, int offset, int length) throws FileAccessException;

    /// Makes it this long, by a hole at its end where it was shorter.
    void resize(long size) throws FileAccessException;

    /// Asks that the next read comes from the disk, not from memory.
    void forgetCached() throws FileAccessException;

    /// Sets the metadata: owner, attributes, times, then mode.
    ///
    /// @return what could not be set, in words; empty where all was
    List<String> apply(FileMetadata metadata) throws FileAccessException;

    /// Gives a new file its name, in place of anything but a directory, and closes it.
    void commit() throws FileAccessException;

    /// Lets go of it; a new file that was not committed is removed. Calling it again does nothing.
    @Override
    void close();
}
