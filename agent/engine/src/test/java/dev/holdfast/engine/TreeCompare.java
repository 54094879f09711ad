package dev.holdfast.engine;

import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.filesystem.posix.PosixException;
import dev.holdfast.engine.filesystem.posix.ReadCalls;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Compares two directories entry by entry: names as bytes, kinds, content, modes, owners,
/// nanosecond times, hard links, link targets, devices, extended attributes. The two directories
/// themselves are not compared, only what is in them.
public final class TreeCompare {
    /// What is compared besides names and kinds.
    public enum Aspect {
        CONTENT,
        MODE,
        OWNER,
        TIMES,
        HARD_LINKS,
        ATTRIBUTES
    }

    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int BLOCK = 0060000;
    private static final int CHARACTER = 0020000;

    private final Set<Aspect> aspects;
    private final List<String> differences = new ArrayList<>();

    private TreeCompare(Set<Aspect> aspects) {
        this.aspects = aspects;
    }

    /// All differences in words; empty where there are none.
    public static List<String> differences(Path expected, Path actual) throws IOException {
        return differences(expected, actual, EnumSet.allOf(Aspect.class));
    }

    /// Differences in some aspects only.
    public static List<String> differences(Path expected, Path actual, Set<Aspect> aspects)
            throws IOException {
        TreeCompare compare = new TreeCompare(aspects);
        Map<String, Path> left = list(expected);
        Map<String, Path> right = list(actual);
        Set<String> names = new TreeSet<>(left.keySet());
        names.addAll(right.keySet());
        for (String name : names) {
            Path ours = left.get(name);
            Path theirs = right.get(name);
            if (ours == null || theirs == null) {
                compare.note(name, ours == null ? "is too much" : "is missing");
            } else {
                compare.entry(name, ours, theirs);
            }
        }
        if (aspects.contains(Aspect.HARD_LINKS)) {
            Set<Set<String>> leftGroups = groups(left);
            Set<Set<String>> rightGroups = groups(right);
            if (!leftGroups.equals(rightGroups)) {
                compare.note(".", "hard links: " + leftGroups + " became " + rightGroups);
            }
        }
        return compare.differences;
    }

    /// Everything below a directory, by its path in printable bytes. Links are not followed.
    public static Map<String, Path> list(Path root) throws IOException {
        Map<String, Path> entries = new TreeMap<>();
        list(root, new byte[0], entries);
        return entries;
    }

    private static void list(Path directory, byte[] prefix, Map<String, Path> entries)
            throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path entry : stream) {
                byte[] path = RawPath.child(prefix, RawPath.split(RawPath.of(entry)).getLast());
                entries.put(RawPath.display(path), entry);
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    list(entry, path, entries);
                }
            }
        }
    }

    private void entry(String name, Path expected, Path actual) throws IOException {
        Status left = Status.of(expected);
        Status right = Status.of(actual);
        int type = left.mode & TYPE;
        if (type != (right.mode & TYPE)) {
            note(name, "is of another kind");
            return;
        }
        if (aspects.contains(Aspect.MODE) && type != LINK) {
            same(name, "mode", octal(left), octal(right));
        }
        if (aspects.contains(Aspect.OWNER)) {
            same(name, "owner", left.uid, right.uid);
            same(name, "group", left.gid, right.gid);
        }
        if (aspects.contains(Aspect.TIMES)) {
            same(name, "mtime", left.modified, right.modified);
        }
        if (aspects.contains(Aspect.ATTRIBUTES)) {
            same(name, "attributes", extended(expected), extended(actual));
        }
        switch (type) {
            case REGULAR -> {
                if (aspects.contains(Aspect.CONTENT)) {
                    same(name, "size", left.size, right.size);
                    same(name, "first difference", -1L, Files.mismatch(expected, actual));
                }
            }
            case LINK -> {
                try (ReadCalls calls = new ReadCalls()) {
                    same(name, "target", target(calls, expected), target(calls, actual));
                }
            }
            case BLOCK, CHARACTER -> same(name, "device", left.rdev, right.rdev);
            default -> {}
        }
    }

    private static String target(ReadCalls calls, Path link) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(calls.readLink(ReadCalls.WORKING_DIRECTORY, RawPath.of(link)));
        } catch (PosixException e) {
            throw new IOException(e);
        }
    }

    private static Map<String, String> extended(Path path) throws IOException {
        Map<String, String> found = new TreeMap<>();
        byte[] raw = RawPath.of(path);
        try (ReadCalls calls = new ReadCalls()) {
            for (byte[] name : calls.attributeNames(ReadCalls.WORKING_DIRECTORY, raw)) {
                byte[] value = calls.attribute(ReadCalls.WORKING_DIRECTORY, raw, name);
                found.put(RawPath.display(name), HexFormat.of().formatHex(value));
            }
        } catch (PosixException e) {
            throw new IOException(e);
        }
        return found;
    }

    private static Set<Set<String>> groups(Map<String, Path> entries) throws IOException {
        Map<Object, Set<String>> byInode = new HashMap<>();
        for (Map.Entry<String, Path> entry : entries.entrySet()) {
            Status status = Status.of(entry.getValue());
            if ((status.mode & TYPE) != DIRECTORY) {
                Object inode = List.of(status.device, status.inode);
                byInode.computeIfAbsent(inode, _ -> new TreeSet<>()).add(entry.getKey());
            }
        }
        Set<Set<String>> groups = new HashSet<>(byInode.values());
        groups.removeIf(group -> group.size() == 1);
        return groups;
    }

    private static String octal(Status status) {
        return Integer.toOctalString(status.mode);
    }

    private void same(String name, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            note(name, what + ": " + expected + " became " + actual);
        }
    }

    private void note(String name, String difference) {
        differences.add(name + " " + difference);
    }

    /// What the system says about an entry, a link itself.
    ///
    /// @param mode `st_mode`, with the type
    /// @param uid owner, and `gid` group, as signed numbers
    public record Status(
            int mode,
            int uid,
            int gid,
            Instant accessed,
            Instant modified,
            long size,
            long rdev,
            long device,
            long inode,
            int links) {
        public static Status of(Path path) throws IOException {
            Map<String, Object> all =
                    Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
            return new Status(
                    get(all, "mode", Integer.class),
                    get(all, "uid", Integer.class),
                    get(all, "gid", Integer.class),
                    get(all, "lastAccessTime", FileTime.class).toInstant(),
                    get(all, "lastModifiedTime", FileTime.class).toInstant(),
                    get(all, "size", Long.class),
                    get(all, "rdev", Long.class),
                    get(all, "dev", Long.class),
                    get(all, "ino", Long.class),
                    get(all, "nlink", Integer.class));
        }

        private static <T> T get(Map<String, Object> all, String name, Class<T> type) {
            return type.cast(Objects.requireNonNull(all.get(name), name));
        }

        /// The twelve bits of `chmod`.
        public int permissions() {
            return mode & 07777;
        }
    }
}
