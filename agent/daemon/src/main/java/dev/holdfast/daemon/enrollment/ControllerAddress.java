package dev.holdfast.daemon.enrollment;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;

/// Where the controller is.
///
/// @param host name or address; IPv6 without brackets
public record ControllerAddress(String host, int port) {
    /// Reads `host:port`.
    public static ControllerAddress parse(String text) throws FailureException {
        int colon = text.lastIndexOf(':');
        String host = colon <= 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (!host.isEmpty() && !host.contains("/") && port > 0 && port <= 65_535) {
                return new ControllerAddress(host, port);
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new FailureException(
                Failure.Code.INVALID_ARGUMENT,
                "\"" + text + "\" is no address of a controller",
                "write it as HOST:PORT");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
