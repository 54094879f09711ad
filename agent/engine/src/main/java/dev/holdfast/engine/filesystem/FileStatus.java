package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.snapshot.NodeType;

/// Metadata of one file, as a file system keeps it.
///
/// @param mode the mode word of trees, see [dev.holdfast.engine.snapshot.FileMode]
/// @param uid owner, 0 to 2^32 - 1
/// @param inode unsigned; 0 where it is unknown
/// @param deviceId device the file lies on; 0 where it is unknown
/// @param device device that a device node stands for; 0 for everything else
public record FileStatus(
        NodeType type,
        int mode,
        long uid,
        long gid,
        long inode,
        long deviceId,
        long size,
        long links,
        long device,
        long atimeSecond,
        int atimeNano,
        long mtimeSecond,
        int mtimeNano,
        long ctimeSecond,
        int ctimeNano) {
    /// Whether both are the same file, as far as inode and device tell.
    public boolean isSameFile(FileStatus other) {
        return inode == other.inode && deviceId == other.deviceId && type == other.type;
    }
}
