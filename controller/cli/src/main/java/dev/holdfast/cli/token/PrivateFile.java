package dev.holdfast.cli.token;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Files that only their owner may read (0600, folders 0700), replaced as a whole.
public final class PrivateFile {
    private PrivateFile() {}

    /// Writes a file that must not exist yet.
    public static void create(Path file, String text) throws IOException {
        folders(file);
        Files.createFile(file, mode("rw-------"));
        Files.writeString(file, text);
    }

    /// Writes beside the file and renames, so that a reader sees the old text or the new one.
    public static void replace(Path file, String text) throws IOException {
        folders(file);
        Path fresh = Files.createTempFile(parent(file), ".new", "", mode("rw-------"));
        try {
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void folders(Path file) throws IOException {
        if (!Files.isDirectory(parent(file))) {
            Files.createDirectories(parent(file), mode("rwx------"));
        }
    }

    private static Path parent(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("not a file: " + file);
        }
        return parent;
    }

    private static FileAttribute<?> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
}
