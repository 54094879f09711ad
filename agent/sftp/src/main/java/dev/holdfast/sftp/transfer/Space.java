package dev.holdfast.sftp.transfer;

/// Room on the file system of a path.
///
/// @param free bytes this account may still use
/// @param total bytes of the file system
/// @param freeInodes files that can still be made; as the server says, 0 on file systems that do
///   not count them
/// @param totalInodes 0 on file systems that do not count them
public record Space(long free, long total, long freeInodes, long totalInodes, boolean readOnly) {
    /// Whether `length` more bytes cannot be stored.
    public boolean isTooSmallFor(long length) {
        return free < length || (totalInodes > 0 && freeInodes == 0);
    }
}
