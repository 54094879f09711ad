package dev.holdfast.engine.filesystem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A file of the host could not be read or written as asked.
///
/// One run may meet thousands of these and turns each into an outcome of its item: no stack trace
/// is taken.
public final class FileAccessException extends IOException {
    private static final long serialVersionUID = 1;

    /// Why.
    public enum Kind {
        /// The file or a directory on the way is not there.
        NOT_FOUND,
        PERMISSION_DENIED,
        /// The file is no longer of the kind it was a moment ago.
        KIND_CHANGED,
        /// The process holds too many open files.
        TOO_MANY_OPEN,
        NO_SPACE,
        READ_ONLY,
        /// Something of another kind is where an entry should be made, or a directory that is not
        /// empty.
        IN_THE_WAY,
        /// The file system cannot hold such a thing.
        UNSUPPORTED,
        /// The file system or its device failed.
        IO,
        OTHER
    }

    private final Kind kind;
    private final String hint;

    /// @param message what failed and on which path
    /// @param hint the next step for a person; may be empty
    public FileAccessException(Kind kind, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.hint = hint;
    }

    public FileAccessException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, hintFor(kind), cause);
    }

    public Kind kind() {
        return kind;
    }

    /// What to do next; empty where there is nothing to say.
    public String hint() {
        return hint;
    }

    private static String hintFor(Kind kind) {
        return switch (kind) {
            case PERMISSION_DENIED ->
                    "Run the agent as a user who may access the file, or exclude it.";
            case TOO_MANY_OPEN -> "Raise the limit of open files (LimitNOFILE in the unit).";
            case NO_SPACE -> "Free space on the file system.";
            case READ_ONLY -> "Mount the file system for writing.";
            case IO -> "Check the kernel's log and the disk.";
            case IN_THE_WAY -> "Move away what lies there, or use an empty directory.";
            case UNSUPPORTED -> "Use a file system that can hold it.";
            case NOT_FOUND, KIND_CHANGED, OTHER -> "";
        };
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
