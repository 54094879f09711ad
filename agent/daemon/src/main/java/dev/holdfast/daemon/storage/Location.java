package dev.holdfast.daemon.storage;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.sftp.SftpLocation;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Where a repository lies.
public sealed interface Location {
    /// A folder of this host, absolute.
    record Local(Path folder) implements Location {
        @Override
        public String toString() {
            return folder.toString();
        }
    }

    /// On an SFTP server.
    record Remote(SftpLocation sftp) implements Location {
        @Override
        public String toString() {
            return sftp.toString();
        }
    }

    /// Understands `sftp://…`, `sftp:…`, `local:PATH` and paths.
    static Location parse(String text) throws FailureException {
        try {
            if (SftpLocation.isSftp(text)) return new Remote(SftpLocation.parse(text));
            String path = text.startsWith("local:") ? text.substring("local:".length()) : text;
            boolean otherScheme = path.equals(text) && text.matches("[a-z][a-z0-9+.-]+:.*");
            if (path.isEmpty() || otherScheme) {
                throw new IllegalArgumentException("\"" + text + "\" is no location");
            }
            return new Local(Path.of(path).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            throw invalid("the path of location \"" + text + "\": " + e.getReason(), e);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private static FailureException invalid(String message, Exception e) {
        return new FailureException(
                Failure.Code.INVALID_ARGUMENT,
                message,
                "write sftp://[user@]host[:port]/path, sftp:[user@]host:path, or a local path",
                e);
    }
}
