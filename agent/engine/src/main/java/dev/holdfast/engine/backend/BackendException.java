package dev.holdfast.engine.backend;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A storage could not do what was asked.
public final class BackendException extends IOException {
    private static final long serialVersionUID = 1;

    /// Why; the names are those of the failure codes people see.
    public enum Kind {
        /// No such file.
        NOT_FOUND,
        NAME_NOT_RESOLVED,
        CONNECTION_REFUSED,
        CONNECTION_LOST,
        TIMEOUT,
        TOO_MANY_CONNECTIONS,
        HOST_KEY_UNKNOWN,
        HOST_KEY_CHANGED,
        HOST_KEY_REVOKED,
        AUTHENTICATION_REFUSED,
        IDENTITY_ENCRYPTED,
        IDENTITY_UNREADABLE,
        SSH_AGENT_UNAVAILABLE,
        ALGORITHM_MISMATCH,
        SUBSYSTEM_REFUSED,
        SSH_CONFIG_UNSUPPORTED,
        PERMISSION_DENIED,
        READ_ONLY,
        /// A folder on the way is missing or is no folder.
        PATH_MISSING,
        NO_SPACE,
        QUOTA_EXCEEDED,
        /// The file is shorter than the range asked for.
        RANGE,
        OTHER
    }

    private final Kind kind;
    private final String hint;

    /// @param message what failed and on which path
    /// @param hint the next step for a person; may be empty
    public BackendException(Kind kind, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.hint = hint;
    }

    public BackendException(Kind kind, String message) {
        this(kind, message, "", null);
    }

    public Kind kind() {
        return kind;
    }

    /// What to do next; empty where there is nothing to say.
    public String hint() {
        return hint;
    }

    /// Whether the same call may succeed later, unchanged.
    public boolean retryable() {
        return switch (kind) {
            case CONNECTION_LOST,
                    TIMEOUT,
                    TOO_MANY_CONNECTIONS,
                    CONNECTION_REFUSED,
                    NAME_NOT_RESOLVED ->
                    true;
            case NOT_FOUND,
                    HOST_KEY_UNKNOWN,
                    HOST_KEY_CHANGED,
                    HOST_KEY_REVOKED,
                    AUTHENTICATION_REFUSED,
                    IDENTITY_ENCRYPTED,
                    IDENTITY_UNREADABLE,
                    SSH_AGENT_UNAVAILABLE,
                    ALGORITHM_MISMATCH,
                    SUBSYSTEM_REFUSED,
                    SSH_CONFIG_UNSUPPORTED,
                    PERMISSION_DENIED,
                    READ_ONLY,
                    PATH_MISSING,
                    NO_SPACE,
                    QUOTA_EXCEEDED,
                    RANGE,
                    OTHER ->
                    false;
        };
    }
}
