package dev.holdfast.daemon.policy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// An absolute path as its components, each a string of bytes in ISO-8859-1 form, so that comparing
/// is comparing bytes whatever the locale of this process is.
record HostPath(List<String> components) {
    HostPath {
        components = List.copyOf(components);
    }

    /// Splits a path as text.
    ///
    /// @throws IllegalArgumentException where it is not absolute, or holds `.`, `..` or NUL
    static HostPath parse(String path) {
        if (!path.startsWith("/")) throw new IllegalArgumentException("is not absolute");
        if (path.indexOf('\0') >= 0) throw new IllegalArgumentException("holds a NUL");
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()) continue;
            if (part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException("holds a component " + part);
            }
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            parts.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return new HostPath(parts);
    }

    /// Byte-exact in every locale: the URI form carries bytes, `toString()` does not.
    private static HostPath of(Path absolute) {
        List<String> parts = new ArrayList<>();
        for (String part : absolute.toUri().getRawPath().split("/", -1)) {
            if (!part.isEmpty()) parts.add(unescape(part));
        }
        return new HostPath(parts);
    }

    Path toPath() {
        StringBuilder uri = new StringBuilder("file:///");
        for (String part : components) {
            for (int i = 0; i < part.length(); i++) {
                uri.append(String.format(Locale.ROOT, "%%%02X", (int) part.charAt(i)));
            }
            uri.append('/');
        }
        return Path.of(URI.create(uri.toString()));
    }

    /// With the symlinks of all folders above it resolved; the last component stays as it is.
    HostPath withParentsResolved() throws IOException {
        if (components.isEmpty()) return this;
        return parent().resolved().child(components.getLast());
    }

    /// With every symlink resolved as far as the path exists; the rest is appended.
    HostPath resolved() throws IOException {
        Path path = toPath();
        if (Files.exists(path)) return of(path.toRealPath());
        if (components.isEmpty()) return this;
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(this + " is a symlink that leads nowhere");
        }
        return parent().resolved().child(components.getLast());
    }

    private HostPath parent() {
        return new HostPath(components.subList(0, components.size() - 1));
    }

    private HostPath child(String name) {
        List<String> parts = new ArrayList<>(components);
        parts.add(name);
        return new HostPath(parts);
    }

    /// Whether this is the folder or lies below it.
    boolean isWithin(HostPath folder) {
        int depth = folder.components.size();
        return components.size() >= depth && components.subList(0, depth).equals(folder.components);
    }

    private static String unescape(String raw) {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(raw.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(Arrays.copyOf(bytes, length), StandardCharsets.ISO_8859_1);
    }

    /// For people: UTF-8 where it is UTF-8.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String part : components) {
            text.append('/')
                    .append(
                            new String(
                                    part.getBytes(StandardCharsets.ISO_8859_1),
                                    StandardCharsets.UTF_8));
        }
        return text.isEmpty() ? "/" : text.toString();
    }
}
