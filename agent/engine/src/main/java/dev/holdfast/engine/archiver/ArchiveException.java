package dev.holdfast.engine.archiver;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A backup came to nothing: no snapshot was written, or it could not be read back.
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1;

    /// Why.
    public enum Kind {
        /// None of the targets exists or can be read.
        TARGETS_MISSING,
        /// Nothing was left to store.
        EMPTY,
        /// The parent that was asked for cannot be used.
        PARENT,
        /// The snapshot was written but reading it back failed.
        NOT_VERIFIED
    }

    private final Kind kind;
    private final String hint;

    /// @param message what failed and on which object
    /// @param hint the next step for a person; may be empty
    public ArchiveException(Kind kind, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.hint = hint;
    }

    public Kind kind() {
        return kind;
    }

    /// What to do next; empty where there is nothing to say.
    public String hint() {
        return hint;
    }
}
