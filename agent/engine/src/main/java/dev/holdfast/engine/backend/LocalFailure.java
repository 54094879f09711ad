package dev.holdfast.engine.backend;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/// Tells what an [IOException] of the local file system means. The JDK keeps no error number: kinds
/// without a class of their own are told by the system's text, which is English unless the locale
/// is not, and by looking at the file system.
final class LocalFailure {
    /// A write that failed with less than this free failed for want of space.
    private static final long FREE_MIN = 1 << 20;

    private LocalFailure() {}

    static BackendException of(String action, Path root, Path path, IOException cause) {
        BackendException.Kind kind = kind(root, path, cause);
        return new BackendException(
                kind, "cannot " + action + " " + path + ": " + why(cause), hint(kind, root), cause);
    }

    private static BackendException.Kind kind(Path root, Path path, IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ ->
                    Files.isDirectory(root) && Files.isDirectory(parent(path))
                            ? BackendException.Kind.NOT_FOUND
                            : missing(root, path);
            case NotDirectoryException _ -> BackendException.Kind.PATH_MISSING;
            case AccessDeniedException _ -> BackendException.Kind.PERMISSION_DENIED;
            default -> byText(root, cause);
        };
    }

    /// A pack whose folder is not there is not there either, and nothing is wrong with the path.
    private static BackendException.Kind missing(Path root, Path path) {
        boolean pack = path.startsWith(root.resolve(FileType.PACK.folder()));
        return Files.isDirectory(root) && pack && Files.isDirectory(parent(parent(path)))
                ? BackendException.Kind.NOT_FOUND
                : BackendException.Kind.PATH_MISSING;
    }

    private static BackendException.Kind byText(Path root, IOException cause) {
        String text = why(cause).toLowerCase(Locale.ROOT);
        if (text.contains("no space left")) {
            return BackendException.Kind.NO_SPACE;
        }
        if (text.contains("quota exceeded")) {
            return BackendException.Kind.QUOTA_EXCEEDED;
        }
        if (text.contains("read-only file system")) {
            return BackendException.Kind.READ_ONLY;
        }
        if (text.contains("not permitted")) {
            return BackendException.Kind.PERMISSION_DENIED;
        }
        if (text.contains("not a directory")) {
            return BackendException.Kind.PATH_MISSING;
        }
        try {
            if (Files.getFileStore(root).isReadOnly()) {
                return BackendException.Kind.READ_ONLY;
            }
            if (Files.getFileStore(root).getUsableSpace() < FREE_MIN) {
                return BackendException.Kind.NO_SPACE;
            }
        } catch (IOException e) {
            return BackendException.Kind.OTHER;
        }
        return BackendException.Kind.OTHER;
    }

    private static String why(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = cause instanceof FileSystemException e ? e.getReason() : cause.getMessage();
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }

    private static String hint(BackendException.Kind kind, Path root) {
        return switch (kind) {
            case PERMISSION_DENIED ->
                    "Give the user that runs this access to " + root + " and all below it.";
            case NO_SPACE -> "Free some space below " + root + ", or forget and prune snapshots.";
            case QUOTA_EXCEEDED -> "Ask for more quota, or forget and prune snapshots.";
            case READ_ONLY -> "Mount the file system of " + root + " for writing.";
            case PATH_MISSING -> "See whether the disk is mounted and " + root + " is right.";
            default -> "";
        };
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
