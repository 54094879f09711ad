package dev.holdfast.engine.repository;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A repository is not what it should be, or refuses what was asked. Failures of the storage below
/// it pass through as [dev.holdfast.engine.backend.BackendException].
public final class RepositoryException extends IOException {
    private static final long serialVersionUID = 1;

    /// Why.
    public enum Kind {
        /// There is no repository at the place.
        MISSING,
        /// There is a repository already.
        EXISTS,
        /// No key file opens with the password.
        WRONG_PASSWORD,
        /// Somebody else's lock is in the way, or our own was lost.
        LOCKED,
        /// Stored bytes are not what their name or the format promises.
        CORRUPT,
        /// A version of the format that is not known here.
        UNSUPPORTED_VERSION,
        /// No such object.
        NOT_FOUND,
        /// The name given fits several objects.
        AMBIGUOUS
    }

    private final Kind kind;
    private final String hint;

    /// @param message what failed and on which object
    /// @param hint the next step for a person; may be empty
    public RepositoryException(Kind kind, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.hint = hint;
    }

    public RepositoryException(Kind kind, String message, String hint) {
        this(kind, message, hint, null);
    }

    static RepositoryException corrupt(String message, @Nullable Throwable cause) {
        return new RepositoryException(
                Kind.CORRUPT,
                message,
                "Check the repository, all data included, and the storage below it.",
                cause);
    }

    public Kind kind() {
        return kind;
    }

    /// What to do next; empty where there is nothing to say.
    public String hint() {
        return hint;
    }
}
