package dev.holdfast.engine.filesystem.posix;

import java.io.IOException;

/// A system call failed.
///
/// A backup may meet many of these in one run and handles each on the spot: no stack trace is
/// taken.
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /// @param call name of the system call
    /// @param errno what it left behind
    public PosixException(String call, int errno) {
        super(call + ": " + Errno.text(errno));
        this.errno = errno;
    }

    /// The error number, see [Errno].
    public int errno() {
        return errno;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
