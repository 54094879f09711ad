package dev.holdfast.sftp.transfer;

/// Starts operations on a session.
interface Exchanges {
    /// Starts one.
    ///
    /// @param bytes that the operation moves; they lengthen its deadline
    Exchange start(String verb, String path, long bytes);
}
