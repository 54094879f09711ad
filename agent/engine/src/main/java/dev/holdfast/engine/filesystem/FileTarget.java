package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.snapshot.NodeType;

import java.util.List;
import java.util.Optional;

/// A directory that files are restored into. Safe for use by many threads.
///
/// Nothing outside its root is ever written, whatever the names are and whatever others do to the
/// directories meanwhile: every step down is taken from an open directory and follows no link. A
/// path's parents must have been made before. Methods fail with [FileAccessException], whose
/// message names the path.
public interface FileTarget extends AutoCloseable {
    /// Where it is, for people.
    String location();

    /// Whether the root holds no entries.
    boolean isEmpty() throws FileAccessException;

    /// What lies at the path.
    Optional<TargetEntry> find(TargetPath path) throws FileAccessException;

    /// Makes a directory that only its owner may enter.
    ///
    /// @return whether it is new; false where there is a directory already
    /// @throws FileAccessException of kind IN_THE_WAY where there is something else
    boolean makeDirectory(TargetPath path) throws FileAccessException;

    /// Makes a symbolic link, in place of anything but a directory.
    void makeSymlink(TargetPath path, byte[] target) throws FileAccessException;

    /// Makes a FIFO or a device node, in place of anything but a directory.
    ///
    /// @param type one of FIFO, BLOCK_DEVICE, CHARACTER_DEVICE
    /// @param device number of the device; 0 for a FIFO
    void makeSpecial(TargetPath path, NodeType type, long device) throws FileAccessException;

    /// Gives the file at `existing` another name, in place of anything but a directory.
    void makeHardLink(TargetPath existing, TargetPath link) throws FileAccessException;

    /// Starts a file, under a hidden name until [TargetFile#commit].
    TargetFile createFile(TargetPath path) throws FileAccessException;

    /// Opens the regular file at the path to compare it or to change its metadata.
    TargetFile openFile(TargetPath path) throws FileAccessException;

    /// Removes what lies at the path: anything but a directory that is not empty.
    void remove(TargetPath path) throws FileAccessException;

    /// Removes unfinished files that a restore which was killed left in these directories. While
    /// another restore works in the same root nothing is removed.
    void removeLeftovers(List<TargetPath> directories) throws FileAccessException;

    /// Sets the metadata of a directory, link or special file; those of files are set by
    /// [TargetFile#apply].
    ///
    /// @return what could not be set, in words; empty where all was
    List<String> apply(TargetPath path, NodeType type, FileMetadata metadata)
            throws FileAccessException;

    /// Brings what was written onto the disk.
    void sync() throws FileAccessException;

    @Override
    void close();
}
