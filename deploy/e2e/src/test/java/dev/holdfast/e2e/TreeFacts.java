package dev.holdfast.e2e;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What must be equal between a folder and its restored copy: a line per object, by its path inside
/// the folder.
final class TreeFacts {
    private TreeFacts() {}

    /// Type, mode, owners, size, time to the nanosecond, content hash, link target, and the first
    /// name of the same file.
    static SortedMap<String, String> of(Path root) throws IOException {
        SortedMap<String, String> facts = new TreeMap<>();
        Map<Object, String> firstNames =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path dir, BasicFileAttributes attributes) throws IOException {
                        if (!dir.equals(root)) {
                            facts.put(root.relativize(dir).toString(), describe(dir, "-"));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        String name = root.relativize(file).toString();
                        String content = "-";
                        if (attributes.isRegularFile()) {
                            content = attributes.size() + " " + hash(file);
                            Object inode = Files.getAttribute(file, "unix:ino");
                            String first = firstNames.putIfAbsent(inode, name);
                            content += first == null ? "" : " linked to a name before";
                        } else if (attributes.isSymbolicLink()) {
                            content = "-> " + Files.readSymbolicLink(file);
                        }
                        facts.put(name, describe(file, content));
                        return FileVisitResult.CONTINUE;
                    }
                });
        return facts;
    }

    private static String describe(Path path, String content) throws IOException {
        Map<String, Object> facts =
                Files.readAttributes(
                        path, "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        return "%o %s:%s %s %s"
                .formatted(
                        (Integer) facts.get("mode"),
                        facts.get("uid"),
                        facts.get("gid"),
                        facts.get("lastModifiedTime"),
                        content);
    }

    private static String hash(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
