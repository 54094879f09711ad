package dev.holdfast.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Random;

/// Files to back up, made from a seed: sizes around the chunk limits, links, odd names, modes and
/// times.
final class SampleTree {
    private static final int[] SIZES = {0, 1, 4095, 512 << 10, (512 << 10) + 1, 3 << 20, 9 << 20};

    private SampleTree() {}

    static Path create(Path root, long seed) throws IOException {
        Random random = new Random(seed);
        Files.createDirectories(root.resolve("deep/er/still"));
        for (int size : SIZES) {
            file(root.resolve("deep/size-" + size), size, random);
        }
        for (int i = 0; i < 200; i++) {
            file(root.resolve("deep/er/small-" + i), random.nextInt(5000), random);
        }
        file(root.resolve("naïve — name with \"quotes\"\nand a newline"), 100, random);
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("no/such/file"));
        Files.createLink(root.resolve("deep/er/still/hard"), root.resolve("deep/size-4095"));
        Files.createDirectories(root.resolve("empty"));
        Files.setPosixFilePermissions(
                root.resolve("empty"), PosixFilePermissions.fromString("r-x--x---"));
        Files.setPosixFilePermissions(
                root.resolve("deep/size-1"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setAttribute(root.resolve("deep/er/small-0"), "unix:mode", 04711);
        Files.setLastModifiedTime(
                root.resolve("deep/size-0"),
                FileTime.from(Instant.parse("1999-12-31T23:59:59.123456789Z")));
        Files.setLastModifiedTime(
                root.resolve("deep"), FileTime.from(Instant.parse("2001-02-03T04:05:06.7Z")));
        return root;
    }

    /// `mib` MiB that do not compress, so that a backup takes a while.
    static Path large(Path root, int mib, long seed) throws IOException {
        Random random = new Random(seed);
        Files.createDirectories(root);
        for (int i = 0; i < mib / 8; i++) {
            file(root.resolve("large-" + i), 8 << 20, random);
        }
        return root;
    }

    private static void file(Path file, int size, Random random) throws IOException {
        byte[] content = new byte[size];
        random.nextBytes(content);
        Files.write(file, content);
    }
}
