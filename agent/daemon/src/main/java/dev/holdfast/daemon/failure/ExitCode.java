package dev.holdfast.daemon.failure;

import dev.holdfast.proto.v1.Failure;

/// Exit codes of `holdfast-agent`; restic's where they mean the same.
public enum ExitCode {
    OK(0),
    ERROR(1),
    USAGE(2),
    PARTIAL(3),
    SIGN_IN(4),
    NOT_FOUND(5),
    CONFLICT(6),
    REFUSED(7),
    STILL_RUNNING(8),
    ALERT(9),
    NO_REPOSITORY(10),
    LOCKED(11),
    WRONG_PASSWORD(12),
    UNREACHABLE(20),
    NO_IDENTITY(21),
    HOST_KEY_UNKNOWN(22),
    HOST_KEY_CHANGED(23),
    PATH_MISSING(24),
    PERMISSION(25),
    NO_SPACE(26),
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// The exit code of a command that ended with a failure of this code.
    public static ExitCode of(Failure.Code code) {
        return switch (code) {
            case NAME_NOT_RESOLVED,
                    CONNECTION_REFUSED,
                    TIMEOUT,
                    CONNECTION_LOST,
                    TOO_MANY_CONNECTIONS,
                    AGENT_OFFLINE ->
                    UNREACHABLE;
            case INTERRUPTED, CANCELLED -> INTERRUPTED;
            case AUTHENTICATION_REFUSED,
                    IDENTITY_ENCRYPTED,
                    IDENTITY_UNREADABLE,
                    SSH_AGENT_UNAVAILABLE ->
                    NO_IDENTITY;
            case HOST_KEY_UNKNOWN -> HOST_KEY_UNKNOWN;
            case HOST_KEY_CHANGED, HOST_KEY_REVOKED -> HOST_KEY_CHANGED;
            case PERMISSION_DENIED, READ_ONLY -> PERMISSION;
            case PATH_MISSING -> PATH_MISSING;
            case NO_SPACE, QUOTA_EXCEEDED -> NO_SPACE;
            case REPOSITORY_MISSING -> NO_REPOSITORY;
            case REPOSITORY_LOCKED -> LOCKED;
            case WRONG_PASSWORD -> WRONG_PASSWORD;
            case SNAPSHOT_MISSING, NOT_FOUND -> NOT_FOUND;
            case REPOSITORY_EXISTS, TARGET_NOT_EMPTY, CONFLICT -> CONFLICT;
            case SOURCE_UNREADABLE, SOURCE_CHANGED, RESTORE_INCOMPLETE -> PARTIAL;
            case REFUSED_BY_AGENT -> REFUSED;
            case SIGN_IN_NEEDED, TOKEN_REFUSED, CERT_EXPIRED, CERT_REVOKED -> SIGN_IN;
            case INVALID_ARGUMENT -> USAGE;
            case ALGORITHM_MISMATCH,
                    SUBSYSTEM_REFUSED,
                    SSH_CONFIG_UNSUPPORTED,
                    UNSUPPORTED_VERSION,
                    SECRET_UNAVAILABLE,
                    REPOSITORY_CORRUPT,
                    LISTING_INCOMPLETE,
                    INTERNAL,
                    STALE_PLAN,
                    DEADLINE_EXCEEDED,
                    CLONED_AGENT,
                    CLOCK_SKEW,
                    HOOK_FAILED,
                    HOOK_TIMEOUT,
                    CODE_UNSPECIFIED,
                    UNRECOGNIZED ->
                    ERROR;
        };
    }
}
