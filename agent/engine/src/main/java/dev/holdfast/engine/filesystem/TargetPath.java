package dev.holdfast.engine.filesystem;

import java.util.ArrayDeque;
import java.util.Deque;

/// A place below the root of a [FileTarget]: a chain of names, each one component.
///
/// A name that could lead anywhere but one step down (empty, `.`, `..`, with `/` or NUL) cannot be
/// made into a path at all. Two paths are equal only if they are the same object: whoever writes a
/// tree makes one path for each directory.
public final class TargetPath {
    private static final byte[] NO_NAME = {};

    private final TargetPath parent;
    private final byte[] name;
    private final int depth;

    private TargetPath() {
        parent = this;
        name = NO_NAME;
        depth = 0;
    }

    private TargetPath(TargetPath parent, byte[] name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "no name of one component: " + RawPath.display(name));
        }
        this.parent = parent;
        this.name = name;
        this.depth = parent.depth + 1;
    }

    /// A new root.
    public static TargetPath root() {
        return new TargetPath();
    }

    /// The entry `name` of this directory.
    ///
    /// @throws IllegalArgumentException where `name` is not exactly one component
    public TargetPath child(byte[] childName) {
        return new TargetPath(this, childName);
    }

    /// Whether the bytes are exactly one component of a path.
    public static boolean isName(byte[] name) {
        for (byte b : name) {
            if (b == '/' || b == 0) {
                return false;
            }
        }
        return switch (name.length) {
            case 0 -> false;
            case 1 -> name[0] != '.';
            case 2 -> name[0] != '.' || name[1] != '.';
            default -> true;
        };
    }

    public boolean isRoot() {
        return parent == this;
    }

    /// The directory it lies in; the root's is the root itself.
    public TargetPath parent() {
        return parent;
    }

    /// The last component, raw; empty for the root.
    public byte[] name() {
        return name;
    }

    /// Steps below the root.
    public int depth() {
        return depth;
    }

    /// The path below the root with `/` between, for messages; `.` for the root.
    @Override
    public String toString() {
        if (isRoot()) {
            return ".";
        }
        Deque<String> names = new ArrayDeque<>(depth);
        for (TargetPath path = this; !path.isRoot(); path = path.parent) {
            names.addFirst(RawPath.display(path.name));
        }
        return String.join("/", names);
    }
}
