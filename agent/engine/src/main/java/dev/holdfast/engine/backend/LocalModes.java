package dev.holdfast.engine.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/// Permissions of new files and folders (repository format, section 2): for the owner alone, or for
/// the group too where the config is readable by the group. Safe for use by many threads.
final class LocalModes {
    private final Path config;
    private volatile Group group = Group.UNKNOWN;

    private enum Group {
        UNKNOWN,
        NO,
        YES
    }

    LocalModes(Path config) {
        this.config = config;
    }

    String folder() {
        return group() ? "rwxrwx---" : "rwx------";
    }

    String newFile() {
        return group() ? "rw-rw----" : "rw-------";
    }

    /// Makes a stored file read-only, where the file system can do that.
    void protect(Path file) {
        try {
            Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString(group() ? "r--r-----" : "r--------"));
        } catch (IOException | UnsupportedOperationException e) {
            // The file is stored and complete; the mode is a courtesy that this file system lacks.
        }
    }

    private boolean group() {
        if (group == Group.UNKNOWN) {
            try {
                group =
                        Files.getPosixFilePermissions(config)
                                        .contains(PosixFilePermission.GROUP_READ)
                                ? Group.YES
                                : Group.NO;
            } catch (IOException | UnsupportedOperationException e) {
                return false; // no config yet: asked again when there is one
            }
        }
        return group == Group.YES;
    }
}
