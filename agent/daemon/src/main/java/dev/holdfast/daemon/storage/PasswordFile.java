package dev.holdfast.daemon.storage;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Set;

/// A repository password in a file: its bytes without white space around them.
public final class PasswordFile {
    /// Longer than any password, short enough that a wrong path does no harm.
    private static final int SIZE_MAX = 64 << 10;

    private PasswordFile() {}

    /// Reads it for the person who named it.
    public static Secret read(Path file) throws IOException {
        byte[] bytes;
        try {
            if (Files.isRegularFile(file) && Files.size(file) > SIZE_MAX) {
                throw unusable(file, "is too large for a password file", "");
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new FailureException(
                    Failure.Code.SECRET_UNAVAILABLE,
                    "no password file " + file,
                    "write the repository password into it, mode 0600",
                    e);
        } catch (FailureException e) {
            throw e;
        } catch (IOException e) {
            throw new FailureException(
                    Failure.Code.SECRET_UNAVAILABLE,
                    "cannot read the password file " + file,
                    "check its owner and mode",
                    e);
        }
        try {
            return secret(bytes);
        } catch (IllegalArgumentException _) {
            throw unusable(file, "is empty", "write the repository password into it");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Reads it by order of the controller: only a file that others can neither read nor have put
    /// there. Its group may read one that root keeps for an agent which is not root.
    public static Secret readGuarded(Path file) throws IOException {
        if (Files.exists(file)) {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            Set<PosixFilePermission> mode = attributes.permissions();
            String owner = attributes.owner().getName();
            String self = System.getProperty("user.name", "");
            if (mode.contains(PosixFilePermission.OTHERS_READ)
                    || mode.contains(PosixFilePermission.OTHERS_WRITE)
                    || mode.contains(PosixFilePermission.GROUP_WRITE)
                    || (mode.contains(PosixFilePermission.GROUP_READ) && owner.equals(self))) {
                throw unusable(file, "can be read or written by others", "chmod 0600 " + file);
            }
            if (!owner.equals("root") && !owner.equals(self)) {
                throw unusable(
                        file, "belongs to " + owner + ", not to root or " + self, "chown it");
            }
        }
        return read(file);
    }

    /// Takes the bytes without white space around them, as restic does: the same file must open the
    /// same repository with both.
    ///
    /// @throws IllegalArgumentException where nothing is left
    static Secret secret(byte[] bytes) {
        int start = 0;
        int end = bytes.length;
        while (start < end && isSpace(bytes[start])) start++;
        while (end > start && isSpace(bytes[end - 1])) end--;
        if (start == end) throw new IllegalArgumentException("an empty password");
        byte[] password = Arrays.copyOfRange(bytes, start, end);
        try {
            return Secret.of(password);
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private static FailureException unusable(Path file, String what, String hint) {
        return new FailureException(
                Failure.Code.SECRET_UNAVAILABLE, "the password file " + file + " " + what, hint);
    }
}
