package dev.holdfast.sftp;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Where on an SFTP server a repository lies.
///
/// Written as a URL, `sftp://[user@]host[:port]/path`, where `/path` and `//path` are absolute and
/// `/~/path` starts at the login folder; or in the short form of scp, `sftp:[user@]host:path`,
/// where a path without leading slash starts at the login folder. An IPv6 address stands in
/// brackets.
///
/// @param user who signs in; empty: as the SSH configuration says
/// @param host name, alias of the SSH configuration, or address (IPv6 without brackets)
/// @param port empty: as the SSH configuration says
/// @param path absolute with a leading slash, else relative to the login folder; never empty
public record SftpLocation(Optional<String> user, String host, OptionalInt port, String path) {
    private static final String URL_PREFIX = "sftp://";
    private static final String SHORT_PREFIX = "sftp:";
    private static final int PORT_MAX = 65535;

    /// What a host or user may look like; keeps shell and option tricks (`-oProxyCommand`) out.
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}_.:%][\\p{L}\\p{N}_.:%-]*");

    private static final Pattern USER = Pattern.compile("[^-@:/\\s\\p{Cntrl}][^@:/\\p{Cntrl}]*");

    public SftpLocation {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("not a host name or address: \"" + host + "\"");
        }
        if (user.isPresent() && !USER.matcher(user.get()).matches()) {
            throw new IllegalArgumentException("not a user name: \"" + user.get() + "\"");
        }
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > PORT_MAX)) {
            throw new IllegalArgumentException(
                    "port must be 1 to " + PORT_MAX + ", not " + port.getAsInt());
        }
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the path holds a NUL character");
        }
        path = tidied(path);
    }

    /// Whether a text is meant to be one, right or wrong.
    public static boolean isSftp(String text) {
        return text.startsWith(SHORT_PREFIX);
    }

    /// Reads either form.
    ///
    /// @throws IllegalArgumentException saying what is wrong, with the text
    public static SftpLocation parse(String text) {
        try {
            if (text.startsWith(URL_PREFIX)) {
                return parseUrl(text.substring(URL_PREFIX.length()));
            }
            if (text.startsWith(SHORT_PREFIX)) {
                return parseShort(text.substring(SHORT_PREFIX.length()));
            }
            throw new IllegalArgumentException("it does not start with sftp: or sftp://");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "location \"" + withoutPassword(text) + "\": " + e.getMessage(), e);
        }
    }

    /// The same server, another path.
    SftpLocation withPath(String other) {
        return new SftpLocation(user, host, port, other);
    }

    private static SftpLocation parseUrl(String rest) {
        int slash = rest.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "no path; write sftp://host/absolute/path or sftp://host/~/path");
        }
        Authority authority = Authority.of(rest.substring(0, slash));
        String raw = rest.substring(slash);
        String path;
        if (raw.equals("/~") || raw.startsWith("/~/")) {
            path = raw.length() <= 3 ? "." : raw.substring(3);
        } else if (raw.startsWith("/~")) {
            throw new IllegalArgumentException(
                    "home of another user is not supported; write the absolute path");
        } else {
            path = raw;
        }
        OptionalInt port =
                authority.port.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(parsePort(authority.port.get()));
        return new SftpLocation(authority.user, authority.host, port, path);
    }

    private static SftpLocation parseShort(String rest) {
        int at = rest.indexOf('@');
        int start = at < 0 || (rest.indexOf('/') >= 0 && rest.indexOf('/') < at) ? 0 : at + 1;
        int bracket = rest.startsWith("[", start) ? rest.indexOf(']', start) : start;
        if (bracket < 0) {
            throw new IllegalArgumentException("the bracket of the address is not closed");
        }
        int colon = rest.indexOf(':', bracket);
        if (colon < 0) {
            throw new IllegalArgumentException("no path; write sftp:[user@]host:path");
        }
        Authority authority = Authority.of(rest.substring(0, colon));
        if (authority.port.isPresent()) {
            throw new IllegalArgumentException(
                    "an IPv6 address needs brackets; a port needs the form sftp://host:port/path");
        }
        String path = rest.substring(colon + 1);
        if (path.startsWith("~")) {
            throw new IllegalArgumentException(
                    "\"~\" is not needed: a path without leading slash starts at the login folder");
        }
        return new SftpLocation(
                authority.user, authority.host, OptionalInt.empty(), path.isEmpty() ? "." : path);
    }

    private static int parsePort(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("not a port: \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    private static String tidied(String path) {
        String single = path.replaceAll("/{2,}", "/").replaceAll("(?<=.)/$", "");
        return single.isEmpty() ? "." : single;
    }

    /// A password in the text must not come back in a message.
    private static String withoutPassword(String text) {
        return text.replaceFirst("^(sftp:(?://)?[^@/:]*):[^@/]*@", "$1:***@");
    }

    /// The URL form, which reads back as the same location.
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(URL_PREFIX);
        user.ifPresent(name -> out.append(name).append('@'));
        out.append(host.indexOf(':') >= 0 ? "[" + host + "]" : host);
        port.ifPresent(number -> out.append(':').append(number));
        if (path.startsWith("/")) {
            out.append(path);
        } else {
            out.append("/~/").append(path.equals(".") ? "" : path);
        }
        return out.toString();
    }

    /// The part before the path.
    private record Authority(Optional<String> user, String host, Optional<String> port) {
        static Authority of(String text) {
            int at = text.lastIndexOf('@');
            Optional<String> user = at < 0 ? Optional.empty() : Optional.of(text.substring(0, at));
            if (user.isPresent() && user.get().indexOf(':') >= 0) {
                throw new IllegalArgumentException(
                        "a password does not belong into a location; use an identity");
            }
            String host = text.substring(at + 1);
            if (host.startsWith("[")) {
                int end = host.indexOf(']');
                if (end < 0) {
                    throw new IllegalArgumentException("the bracket of the address is not closed");
                }
                String after = host.substring(end + 1);
                if (!after.isEmpty() && !after.startsWith(":")) {
                    throw new IllegalArgumentException("unexpected \"" + after + "\" after ]");
                }
                return new Authority(
                        user,
                        host.substring(1, end),
                        after.isEmpty() ? Optional.empty() : Optional.of(after.substring(1)));
            }
            int colon = host.indexOf(':');
            if (colon != host.lastIndexOf(':')) {
                throw new IllegalArgumentException("an IPv6 address needs brackets");
            }
            if (host.isEmpty() || colon == 0) {
                throw new IllegalArgumentException("no host");
            }
            return colon < 0
                    ? new Authority(user, host, Optional.empty())
                    : new Authority(
                            user, host.substring(0, colon), Optional.of(host.substring(colon + 1)));
        }
    }
}
