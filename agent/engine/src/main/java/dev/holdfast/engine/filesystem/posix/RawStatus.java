package dev.holdfast.engine.filesystem.posix;

/// What `statx` tells about a file.
///
/// @param mode `st_mode`, type bits included
/// @param inode unsigned
/// @param device `st_dev` in the encoding of glibc
/// @param specialDevice `st_rdev` in the encoding of glibc
public record RawStatus(
        int mode,
        long links,
        long uid,
        long gid,
        long inode,
        long size,
        long device,
        long specialDevice,
        long atimeSecond,
        int atimeNano,
        long mtimeSecond,
        int mtimeNano,
        long ctimeSecond,
        int ctimeNano) {}
