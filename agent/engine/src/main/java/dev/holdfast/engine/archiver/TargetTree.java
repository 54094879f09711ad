package dev.holdfast.engine.archiver;

import dev.holdfast.engine.filesystem.RawPath;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The shape that the targets give to a snapshot (repository format, section 15.2): each path part
/// of a target becomes a directory, up to the target itself.
///
/// Paths on disk are kept as they were given, so that `..` is followed by the kernel and not by the
/// text. Built by one thread, then read.
final class TargetTree {
    private static final byte[] HERE = {'.'};
    private static final byte[] UP = {'.', '.'};
    private static final byte[] ROOT = {'/'};

    private final SortedMap<byte[], TargetTree> children = new TreeMap<>(Arrays::compareUnsigned);
    private final byte[] directory; // the one that holds this entry
    private final byte[] diskName; // the entry's name in it
    private boolean target;
    private boolean explicit;

    private TargetTree(byte[] directory, byte[] diskName) {
        this.directory = directory;
        this.diskName = diskName;
    }

    /// A tree without targets.
    static TargetTree empty() {
        return new TargetTree(HERE, HERE);
    }

    /// Whether the target has no name of its own, as `.`, `..` and `/`: its entries are to be added
    /// in its place.
    static boolean isNameless(byte[] path) {
        return names(RawPath.clean(path)).isEmpty();
    }

    private static List<byte[]> names(byte[] clean) {
        return RawPath.split(clean).stream()
                .dropWhile(part -> RawPath.isDotDot(part) || RawPath.isDot(part))
                .toList();
    }

    /// Adds a target.
    ///
    /// @param named whether a person named it: then no filter applies to it
    void add(byte[] path, boolean named) {
        byte[] clean = RawPath.clean(path);
        List<byte[]> names = names(clean);
        byte[] start = start(clean);
        TargetTree at = topLevel(start, names.getFirst());
        byte[] disk = start;
        for (int i = 1; i < names.size(); i++) {
            disk = join(disk, names.get(i - 1));
            byte[] parent = disk;
            at = at.children.computeIfAbsent(names.get(i), name -> new TargetTree(parent, name));
        }
        at.target = true;
        at.explicit |= named;
    }

    /// The first entry of a path; entries of equal name in different directories are told apart by
    /// a number.
    private TargetTree topLevel(byte[] start, byte[] name) {
        byte[] unique = name;
        for (int i = 1; ; i++) {
            TargetTree known = children.get(unique);
            if (known == null) {
                TargetTree added = new TargetTree(start, name);
                children.put(unique, added);
                return added;
            }
            if (Arrays.equals(known.directory, start)) {
                return known;
            }
            byte[] suffix = ("-" + i).getBytes(StandardCharsets.US_ASCII);
            unique = Arrays.copyOf(name, name.length + suffix.length);
            System.arraycopy(suffix, 0, unique, name.length, suffix.length);
        }
    }

    private static byte[] start(byte[] clean) {
        if (RawPath.isAbsolute(clean)) {
            return ROOT;
        }
        byte[] start = HERE;
        for (byte[] part : RawPath.split(clean)) {
            if (!RawPath.isDotDot(part)) {
                break;
            }
            start = join(start, UP);
        }
        return start;
    }

    static byte[] join(byte[] directory, byte[] name) {
        return RawPath.isDot(directory) ? name : RawPath.child(directory, name);
    }

    /// Entries by name, in byte order.
    SortedMap<byte[], TargetTree> children() {
        return children;
    }

    /// Path on disk of the directory that holds this entry, absolute or not.
    byte[] directory() {
        return directory;
    }

    /// Name on disk.
    byte[] diskName() {
        return diskName;
    }

    /// Path on disk, absolute or not.
    byte[] diskPath() {
        return join(directory, diskName);
    }

    /// Whether this is a target and not only on the way to one.
    boolean isTarget() {
        return target;
    }

    /// Whether a person named this target.
    boolean isExplicit() {
        return explicit;
    }
}
