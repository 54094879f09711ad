package dev.holdfast.engine.backend;

import java.util.List;

/// A storage that holds the files of one repository. Safe for use by many threads.
///
/// Every method blocks, ends early with [InterruptedException] when its thread is interrupted, and
/// reports failures as [BackendException] with the path in the message. Files are immutable: a name
/// is written once, except the config.
public interface Backend extends AutoCloseable {
    /// Where it is, for people: no secrets.
    String location();

    /// How many operations are worth having under way at once.
    int connections();

    /// Makes the folders of a new repository; those that exist are fine. The caller has made sure
    /// that none is there.
    void create() throws BackendException, InterruptedException;

    /// Stores a file: after it returns the file is complete under its name and as durable as the
    /// storage offers ([#durable()]); when it fails nothing is under the name and temporary files
    /// are removed as well as possible. The content is `bytes[offset, offset + length)` and is not
    /// changed; a retry may read it again. A file that exists under the name is replaced atomically
    /// (the config) or left as it is.
    void save(Handle handle, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException;

    /// Reads a whole file.
    ///
    /// @throws BackendException of kind NOT_FOUND where there is none
    byte[] load(Handle handle) throws BackendException, InterruptedException;

    /// Reads `length` bytes from `position` into `target` at `offset`.
    ///
    /// @throws BackendException of kind RANGE where the file is shorter, NOT_FOUND where there is
    ///   none
    void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException;

    /// Size in bytes.
    ///
    /// @throws BackendException of kind NOT_FOUND where there is none
    long size(Handle handle) throws BackendException, InterruptedException;

    /// All files of a type, complete or an exception: a listing that failed midway is never taken
    /// for a short one. Names that are no handle of the type are left out. A folder that is missing
    /// is empty.
    List<Entry> list(FileType type) throws BackendException, InterruptedException;

    /// Removes a file; one that is not there is fine.
    void remove(Handle handle) throws BackendException, InterruptedException;

    /// Whether a saved file survives power loss of the storage once [#save] returned.
    boolean durable();

    @Override
    void close();

    /// One file of a listing.
    ///
    /// @param size in bytes
    record Entry(Handle handle, long size) {}
}
