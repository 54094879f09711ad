package dev.holdfast.sftp.ssh;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/// Expands `~` and the `%` tokens in paths of an SSH configuration.
record Tokens(
        Path home,
        String hostName,
        String alias,
        String user,
        int port,
        String localUser,
        Optional<String> hostKeyAlias) {
    Path path(String text, String source) throws ConfigSyntaxException {
        String expanded = expand(text, source);
        if (expanded.equals("~")) {
            return home;
        }
        if (expanded.startsWith("~/")) {
            return home.resolve(expanded.substring(2));
        }
        if (expanded.startsWith("~")) {
            throw new ConfigSyntaxException(
                    source + ": the home of another user is not supported: " + text);
        }
        if (expanded.contains("${")) {
            throw new ConfigSyntaxException(
                    source + ": environment variables are not supported: " + text);
        }
        return Path.of(expanded);
    }

    private String expand(String text, String source) throws ConfigSyntaxException {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            char token = at < text.length() ? text.charAt(at++) : 0;
            out.append(
                    switch (token) {
                        case '%' -> "%";
                        case 'd' -> home.toString();
                        case 'h' -> hostName;
                        case 'k' -> hostKeyAlias.orElse(alias);
                        case 'l' -> localHost();
                        case 'L' -> localHost().replaceFirst("\\..*", "");
                        case 'n' -> alias;
                        case 'p' -> Integer.toString(port);
                        case 'r' -> user;
                        case 'u' -> localUser;
                        default ->
                                throw new ConfigSyntaxException(
                                        source + ": unknown token in " + text);
                    });
        }
        return out.toString();
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
