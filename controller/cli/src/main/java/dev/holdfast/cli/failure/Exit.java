package dev.holdfast.cli.failure;

import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.Run;

/// Exit codes, the same in `holdfast` and `holdfast-agent`, restic's where they mean the same.
public enum Exit {
    OK(0),
    ERROR(1),
    USAGE(2),
    PARTIAL(3),
    SIGN_IN(4),
    NOT_FOUND(5),
    CONFLICT(6),
    REFUSED(7),
    STILL_RUNNING(8),
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

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /// The exit code of a failure, wherever it happened.
    public static Exit of(Failure.Code code) {
        return switch (code) {
            case NAME_NOT_RESOLVED, CONNECTION_REFUSED, TIMEOUT, CONNECTION_LOST -> UNREACHABLE;
            case TOO_MANY_CONNECTIONS, AGENT_OFFLINE -> UNREACHABLE;
            case AUTHENTICATION_REFUSED, IDENTITY_ENCRYPTED, IDENTITY_UNREADABLE -> NO_IDENTITY;
            case SSH_AGENT_UNAVAILABLE -> NO_IDENTITY;
            case HOST_KEY_UNKNOWN -> HOST_KEY_UNKNOWN;
            case HOST_KEY_CHANGED, HOST_KEY_REVOKED -> HOST_KEY_CHANGED;
            case PERMISSION_DENIED, READ_ONLY -> PERMISSION;
            case PATH_MISSING -> PATH_MISSING;
            case NO_SPACE, QUOTA_EXCEEDED -> NO_SPACE;
            case REPOSITORY_MISSING -> NO_REPOSITORY;
            case WRONG_PASSWORD -> WRONG_PASSWORD;
            case REPOSITORY_LOCKED -> LOCKED;
            case SNAPSHOT_MISSING, NOT_FOUND -> NOT_FOUND;
            case REPOSITORY_EXISTS, TARGET_NOT_EMPTY, CONFLICT -> CONFLICT;
            case SOURCE_UNREADABLE, SOURCE_CHANGED, RESTORE_INCOMPLETE -> PARTIAL;
            case REFUSED_BY_AGENT -> REFUSED;
            case CANCELLED, INTERRUPTED -> INTERRUPTED;
            case INVALID_ARGUMENT -> USAGE;
            case SIGN_IN_NEEDED, TOKEN_REFUSED, CERT_EXPIRED, CERT_REVOKED -> SIGN_IN;
            case ALGORITHM_MISMATCH,
                    SUBSYSTEM_REFUSED,
                    SSH_CONFIG_UNSUPPORTED,
                    UNSUPPORTED_VERSION ->
                    ERROR;
            case SECRET_UNAVAILABLE, REPOSITORY_CORRUPT, LISTING_INCOMPLETE, INTERNAL -> ERROR;
            case DEADLINE_EXCEEDED,
                    STALE_PLAN,
                    CLONED_AGENT,
                    CLOCK_SKEW,
                    HOOK_FAILED,
                    HOOK_TIMEOUT ->
                    ERROR;
            case CODE_UNSPECIFIED, UNRECOGNIZED -> ERROR;
        };
    }

    /// The exit code of a run as it stands.
    public static Exit of(Run run) {
        return switch (run.getState()) {
            case SUCCEEDED -> OK;
            case SUCCEEDED_WITH_WARNINGS -> PARTIAL;
            case CANCELLED -> INTERRUPTED;
            case FAILED -> of(run.getResult().getFailure().getCode());
            case QUEUED, LEASED, RUNNING, UNKNOWN -> STILL_RUNNING;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> ERROR;
        };
    }
}
