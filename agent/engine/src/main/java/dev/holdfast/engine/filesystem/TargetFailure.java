package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.filesystem.FileAccessException.Kind;
import dev.holdfast.engine.filesystem.posix.Errno;

/// Turns error numbers of calls that write into [FileAccessException].
final class TargetFailure {
    private TargetFailure() {}

    /// @param action what was tried, as "make directory"
    static FileAccessException of(int errno, String action, TargetPath path) {
        return new FileAccessException(
                kind(errno), "cannot %s %s: %s".formatted(action, path, Errno.text(errno)), null);
    }

    private static Kind kind(int errno) {
        return switch (errno) {
            case Errno.ENOSPC, Errno.EDQUOT -> Kind.NO_SPACE;
            case Errno.EEXIST, Errno.ENOTEMPTY, Errno.EISDIR, Errno.ENOTDIR, Errno.ELOOP ->
                    Kind.IN_THE_WAY;
            case Errno.ENOENT -> Kind.NOT_FOUND;
            case Errno.EPERM, Errno.EACCES -> Kind.PERMISSION_DENIED;
            case Errno.EROFS -> Kind.READ_ONLY;
            case Errno.EMFILE, Errno.ENFILE -> Kind.TOO_MANY_OPEN;
            case Errno.EIO -> Kind.IO;
            case Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.ENAMETOOLONG, Errno.EFBIG, Errno.EINVAL ->
                    Kind.UNSUPPORTED;
            default -> Kind.OTHER;
        };
    }
}
