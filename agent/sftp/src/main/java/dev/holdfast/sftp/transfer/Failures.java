package dev.holdfast.sftp.transfer;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Locale;

/// Turns status codes and broken channels into failures that name operation, path and server.
record Failures(String peer, String user) {
    /// The longest text of a server that is repeated.
    private static final int TEXT_MAX = 200;

    /// A status other than OK.
    BackendException status(String verb, String path, int code, String text) {
        Kind kind =
                switch (code) {
                    case Protocol.NO_SUCH_FILE -> Kind.NOT_FOUND;
                    case Protocol.PERMISSION_DENIED -> Kind.PERMISSION_DENIED;
                    case Protocol.NO_CONNECTION, Protocol.CONNECTION_LOST -> Kind.CONNECTION_LOST;
                    default -> mentionsQuota(text) ? Kind.QUOTA_EXCEEDED : Kind.OTHER;
                };
        String hint =
                switch (kind) {
                    case PERMISSION_DENIED ->
                            "let " + user + " do that on the server, see: ls -ld " + path;
                    case QUOTA_EXCEEDED -> "free some of the account's quota or raise it";
                    default -> "";
                };
        return new BackendException(
                kind,
                "cannot " + verb + " " + path + " on " + peer + ": " + clean(text, code),
                hint,
                null);
    }

    private static boolean mentionsQuota(String text) {
        return text.toLowerCase(Locale.ROOT).contains("quota");
    }

    private static String clean(String text, int code) {
        String printable = text.replaceAll("[\\p{Cntrl}\\u202a-\\u202e\\u2066-\\u2069]", "?");
        String shortened =
                printable.length() > TEXT_MAX ? printable.substring(0, TEXT_MAX) + "…" : printable;
        return (shortened.isEmpty() ? "no reason given" : shortened) + " (status " + code + ")";
    }

    BackendException lost(String verb, String path, @Nullable Throwable cause) {
        String why = cause == null ? "" : ": " + cause.getMessage();
        return new BackendException(
                Kind.CONNECTION_LOST,
                "the connection to "
                        + peer
                        + " was lost while it should "
                        + verb
                        + " "
                        + path
                        + why,
                "network, or a restart of the server?",
                cause);
    }

    BackendException timeout(String verb, String path, @Nullable Throwable cause) {
        return new BackendException(
                Kind.TIMEOUT,
                peer + " took too long to " + verb + " " + path,
                "is the server or its disk overloaded?",
                cause);
    }

    BackendException broken(String verb, String path, IOException cause) {
        return new BackendException(
                Kind.CONNECTION_LOST,
                peer
                        + " answers "
                        + verb
                        + " "
                        + path
                        + " with what is not SFTP: "
                        + cause.getMessage(),
                "",
                cause);
    }
}
