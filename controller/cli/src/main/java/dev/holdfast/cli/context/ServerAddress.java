package dev.holdfast.cli.context;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Host and port of a controller; the text form is `HOST:PORT`, `HOST` or `[V6]:PORT`.
public record ServerAddress(String host, int port) {
    public static final int DEFAULT_PORT = 8443;
    private static final Pattern SHAPE =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:/\\[\\]]+)(?::([0-9]{1,5}))?");

    public ServerAddress {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no such port: " + port);
        }
    }

    /// Reads the text form.
    ///
    /// @throws IllegalArgumentException for other text
    public static ServerAddress parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a server is HOST or HOST:PORT, not \"" + text + "\"");
        }
        String port = parts.group(2);
        return new ServerAddress(
                parts.group(1), port == null ? DEFAULT_PORT : Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
