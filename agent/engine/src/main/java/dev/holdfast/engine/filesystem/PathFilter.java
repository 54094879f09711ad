package dev.holdfast.engine.filesystem;

import java.util.List;

/// A list of patterns that chooses paths, with the rules of restic's `--exclude` (repository
/// format, section 16). Immutable.
///
/// The patterns are asked in order: a plain one adds what it matches, one that begins with `!`
/// takes it away again. Nothing below an excluded directory is looked at, so it cannot be brought
/// back.
public final class PathFilter {
    /// Matches nothing.
    public static final PathFilter NONE = new PathFilter(List.of());

    private final List<PathPattern> patterns;

    private PathFilter(List<PathPattern> patterns) {
        this.patterns = patterns;
    }

    /// Prepares patterns.
    ///
    /// @throws IllegalArgumentException naming the first pattern that is empty or broken
    public static PathFilter of(List<String> patterns) {
        return patterns.isEmpty()
                ? NONE
                : new PathFilter(patterns.stream().map(PathPattern::parse).toList());
    }

    /// Whether the filter has no pattern.
    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /// Whether the patterns choose `path`.
    public boolean matches(byte[] path) {
        if (patterns.isEmpty()) {
            return false;
        }
        List<byte[]> parts = PathPattern.split(path);
        boolean matched = false;
        for (PathPattern pattern : patterns) {
            if (pattern.isNegated()) {
                matched = matched && !pattern.matches(parts);
            } else {
                matched = matched || pattern.matches(parts);
            }
        }
        return matched;
    }
}
