package dev.holdfast.engine.filesystem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One pattern of a filter, prepared (repository format, section 16). Immutable.
///
/// A pattern matches a path when its parts match consecutive parts of it; the match need not reach
/// the end, so whatever lies below a match matches too. A relative pattern may begin anywhere.
final class PathPattern {
    private static final byte[] ROOT = {'/'};

    private final String text;
    private final boolean negated;
    private final List<PartPattern> parts;

    private PathPattern(String text, boolean negated, List<PartPattern> parts) {
        this.text = text;
        this.negated = negated;
        this.parts = parts;
    }

    /// @throws IllegalArgumentException for an empty pattern and for one with a broken glob
    static PathPattern parse(String text) {
        boolean negated = text.startsWith("!");
        String plain = negated ? text.substring(1) : text;
        if (plain.isEmpty()) {
            throw new IllegalArgumentException("an empty pattern: \"" + text + "\"");
        }
        List<PartPattern> parts = new ArrayList<>();
        for (byte[] part : split(plain.getBytes(StandardCharsets.UTF_8))) {
            parts.add(PartPattern.parse(part, text));
        }
        return new PathPattern(text, negated, List.copyOf(parts));
    }

    /// Cleans and splits; an absolute path begins with the part `/`.
    static List<byte[]> split(byte[] path) {
        byte[] clean = RawPath.clean(path);
        List<byte[]> parts = RawPath.split(clean);
        if (RawPath.isAbsolute(clean)) {
            parts.addFirst(ROOT);
        }
        return parts;
    }

    boolean isNegated() {
        return negated;
    }

    boolean matches(List<byte[]> path) {
        return matches(parts, path);
    }

    private static boolean matches(List<PartPattern> parts, List<byte[]> path) {
        int deep = indexOfDeep(parts);
        if (deep >= 0) {
            // "**" stands for any number of parts, none included
            for (int count = 0; count <= path.size() - parts.size() + 1; count++) {
                List<PartPattern> expanded = new ArrayList<>(parts.subList(0, deep));
                for (int i = 0; i < count; i++) {
                    expanded.add(PartPattern.ANY);
                }
                expanded.addAll(parts.subList(deep + 1, parts.size()));
                if (matches(expanded, path)) {
                    return true;
                }
            }
            return false;
        }
        if (parts.isEmpty()) {
            return path.isEmpty();
        }
        boolean absolute = parts.getFirst().isRoot();
        int first = !absolute && isAbsolute(path) ? 1 : 0;
        int last = absolute ? 0 : path.size() - parts.size();
        for (int offset = first; offset <= last; offset++) {
            if (matchesAt(parts, path, offset)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesAt(List<PartPattern> parts, List<byte[]> path, int offset) {
        if (parts.size() > path.size() - offset) {
            return false;
        }
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (!parts.get(i).matches(path.get(offset + i))) {
                return false;
            }
        }
        return true;
    }

    private static int indexOfDeep(List<PartPattern> parts) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).isDeep()) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isAbsolute(List<byte[]> path) {
        return !path.isEmpty() && Arrays.equals(path.getFirst(), ROOT);
    }

    @Override
    public String toString() {
        return text;
    }
}
