package dev.holdfast.server.failure;

/// The codes that the controller itself reports; names are those of the wire.
public enum FailureCode {
    AGENT_OFFLINE,
    CANCELLED,
    CERT_EXPIRED,
    CERT_REVOKED,
    CLONED_AGENT,
    CONFLICT,
    CONNECTION_LOST,
    INTERNAL,
    INVALID_ARGUMENT,
    NOT_FOUND,
    SECRET_UNAVAILABLE,
    SIGN_IN_NEEDED,
    TIMEOUT,
    TOKEN_REFUSED,
    TOO_MANY_CONNECTIONS
}
