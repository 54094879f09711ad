package dev.holdfast.daemon.policy;

import java.util.Arrays;
import java.util.List;

/// Where a storage really is, after `ssh_config` had its say.
///
/// @param host name or address that is dialled; empty for a local folder
/// @param path as the server will get it; relative to the login folder where it has no leading `/`
public record StoragePlace(String host, int port, String user, String path) {
    public static StoragePlace local(String path) {
        return new StoragePlace("", 0, "", path);
    }

    public boolean isLocal() {
        return host.isEmpty();
    }

    /// Component by component; a path that goes up with `..` is inside nothing.
    static boolean isWithin(String path, String prefix) {
        if (path.startsWith("/") != prefix.startsWith("/")) return false;
        List<String> inner = parts(path);
        List<String> outer = parts(prefix);
        return !inner.contains("..")
                && inner.size() >= outer.size()
                && inner.subList(0, outer.size()).equals(outer);
    }

    private static List<String> parts(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
    }

    @Override
    public String toString() {
        if (isLocal()) return path;
        String at = user.isEmpty() ? "" : user + "@";
        return "sftp://" + at + host + ":" + port + (path.startsWith("/") ? "" : "/~/") + path;
    }
}
