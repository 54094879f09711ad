package dev.holdfast.daemon.failure;

import dev.holdfast.engine.archiver.ArchiveException;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.proto.v1.Failure.Code;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/// Turns what was thrown into what people see.
public final class Failures {
    /// Raw texts are cut here, so that a hostile server cannot fill logs and journals.
    private static final int DETAIL_MAX = 8 << 10;

    private Failures() {}

    /// Everything that ends a task or a command comes through here.
    public static FailureReport of(Throwable thrown) {
        return switch (thrown) {
            case FailureException own -> own.report();
            case BackendException backend ->
                    new FailureReport(
                            code(backend.kind()),
                            message(backend),
                            orElse(backend.hint(), hint(code(backend.kind()))),
                            textOf(backend),
                            backend.retryable());
            case RepositoryException repository ->
                    new FailureReport(
                            code(repository.kind()),
                            message(repository),
                            orElse(repository.hint(), hint(code(repository.kind()))),
                            textOf(repository),
                            repository.kind() == RepositoryException.Kind.LOCKED);
            case ArchiveException archive ->
                    new FailureReport(
                            code(archive.kind()),
                            message(archive),
                            orElse(archive.hint(), hint(code(archive.kind()))),
                            textOf(archive),
                            false);
            case FileAccessException file ->
                    new FailureReport(
                            code(file.kind()),
                            message(file),
                            orElse(file.hint(), hint(code(file.kind()))),
                            textOf(file),
                            false);
            case JsonException json -> report(Code.REPOSITORY_CORRUPT, json);
            case InterruptedException interrupted ->
                    new FailureReport(
                            Code.INTERRUPTED,
                            "stopped before it was done",
                            "run it again; what is stored already is not sent twice",
                            textOf(interrupted),
                            true);
            case ExecutionException wrapped when wrapped.getCause() != null ->
                    of(wrapped.getCause());
            case NoSuchFileException missing -> report(Code.PATH_MISSING, missing);
            case NotDirectoryException missing -> report(Code.PATH_MISSING, missing);
            case AccessDeniedException denied -> report(Code.PERMISSION_DENIED, denied);
            case FileAlreadyExistsException exists -> report(Code.CONFLICT, exists);
            case DirectoryNotEmptyException full -> report(Code.TARGET_NOT_EMPTY, full);
            case ReadOnlyFileSystemException readOnly -> report(Code.READ_ONLY, readOnly);
            case TimeoutException late -> report(Code.TIMEOUT, late);
            case CharacterCodingException text -> report(Code.INVALID_ARGUMENT, text);
            case IOException io -> report(code(io), io);
            case IllegalArgumentException argument -> report(Code.INVALID_ARGUMENT, argument);
            default ->
                    new FailureReport(
                            Code.INTERNAL,
                            "unexpected " + thrown,
                            "this is a defect of Holdfast: please report it with the log",
                            textOf(thrown),
                            false);
        };
    }

    /// The code of each way in which a storage fails.
    static Code code(BackendException.Kind kind) {
        return switch (kind) {
            case NAME_NOT_RESOLVED -> Code.NAME_NOT_RESOLVED;
            case CONNECTION_REFUSED -> Code.CONNECTION_REFUSED;
            case CONNECTION_LOST -> Code.CONNECTION_LOST;
            case TIMEOUT -> Code.TIMEOUT;
            case TOO_MANY_CONNECTIONS -> Code.TOO_MANY_CONNECTIONS;
            case HOST_KEY_UNKNOWN -> Code.HOST_KEY_UNKNOWN;
            case HOST_KEY_CHANGED -> Code.HOST_KEY_CHANGED;
            case HOST_KEY_REVOKED -> Code.HOST_KEY_REVOKED;
            case AUTHENTICATION_REFUSED -> Code.AUTHENTICATION_REFUSED;
            case IDENTITY_ENCRYPTED -> Code.IDENTITY_ENCRYPTED;
            case IDENTITY_UNREADABLE -> Code.IDENTITY_UNREADABLE;
            case SSH_AGENT_UNAVAILABLE -> Code.SSH_AGENT_UNAVAILABLE;
            case ALGORITHM_MISMATCH -> Code.ALGORITHM_MISMATCH;
            case SUBSYSTEM_REFUSED -> Code.SUBSYSTEM_REFUSED;
            case SSH_CONFIG_UNSUPPORTED -> Code.SSH_CONFIG_UNSUPPORTED;
            case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
            case READ_ONLY -> Code.READ_ONLY;
            case PATH_MISSING -> Code.PATH_MISSING;
            case NO_SPACE -> Code.NO_SPACE;
            case QUOTA_EXCEEDED -> Code.QUOTA_EXCEEDED;
            // the repository names a file that the storage does not have, or has cut short
            case NOT_FOUND, RANGE -> Code.REPOSITORY_CORRUPT;
            case OTHER -> Code.INTERNAL;
        };
    }

    /// The code of each way in which a repository refuses.
    static Code code(RepositoryException.Kind kind) {
        return switch (kind) {
            case MISSING -> Code.REPOSITORY_MISSING;
            case EXISTS -> Code.REPOSITORY_EXISTS;
            case WRONG_PASSWORD -> Code.WRONG_PASSWORD;
            case LOCKED -> Code.REPOSITORY_LOCKED;
            case CORRUPT -> Code.REPOSITORY_CORRUPT;
            case UNSUPPORTED_VERSION -> Code.UNSUPPORTED_VERSION;
            case NOT_FOUND -> Code.SNAPSHOT_MISSING;
            case AMBIGUOUS -> Code.INVALID_ARGUMENT;
        };
    }

    /// The code of each way in which a backup comes to nothing.
    static Code code(ArchiveException.Kind kind) {
        return switch (kind) {
            case TARGETS_MISSING -> Code.PATH_MISSING;
            case EMPTY -> Code.INVALID_ARGUMENT;
            case PARENT -> Code.SNAPSHOT_MISSING;
            case NOT_VERIFIED -> Code.REPOSITORY_CORRUPT;
        };
    }

    /// The code of each way in which a file of this host fails a whole run.
    static Code code(FileAccessException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> Code.PATH_MISSING;
            case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
            case KIND_CHANGED -> Code.SOURCE_CHANGED;
            case NO_SPACE -> Code.NO_SPACE;
            case READ_ONLY -> Code.READ_ONLY;
            case IN_THE_WAY -> Code.TARGET_NOT_EMPTY;
            case TOO_MANY_OPEN, UNSUPPORTED, IO, OTHER -> Code.INTERNAL;
        };
    }

    /// The system's own text is all there is for what the JDK has no type for.
    private static Code code(IOException e) {
        String text =
                e instanceof FileSystemException file && file.getReason() != null
                        ? file.getReason()
                        : message(e);
        if (text.contains("No space left on device")) return Code.NO_SPACE;
        if (text.contains("Disk quota exceeded")) return Code.QUOTA_EXCEEDED;
        if (text.contains("Read-only file system")) return Code.READ_ONLY;
        if (text.contains("Permission denied") || text.contains("Operation not permitted")) {
            return Code.PERMISSION_DENIED;
        }
        return Code.INTERNAL;
    }

    private static String hint(Code code) {
        return switch (code) {
            case NAME_NOT_RESOLVED -> "check the host name and this host's resolver";
            case CONNECTION_REFUSED, TIMEOUT ->
                    "check port and firewall, and that the SSH service runs there";
            case PATH_MISSING -> "check the path";
            case PERMISSION_DENIED -> "check owner and mode of the path, and as whom we act";
            case NO_SPACE, QUOTA_EXCEEDED -> "free space, then run it again";
            case REPOSITORY_MISSING -> "create it with init, or check the location";
            case REPOSITORY_CORRUPT -> "run check; nothing was deleted";
            case TARGET_NOT_EMPTY -> "choose an empty folder, or allow files to be replaced";
            default -> "";
        };
    }

    private static FailureReport report(Code code, Exception e) {
        return new FailureReport(code, message(e), hint(code), textOf(e), false);
    }

    private static String message(Throwable e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return switch (e) {
            case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            default -> text;
        };
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    /// The chain of causes, one a line, bounded.
    static String textOf(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable each = thrown;
        for (int depth = 0; depth < 10 && each.getCause() != null; depth++) {
            each = each.getCause();
            if (!text.isEmpty()) text.append('\n');
            text.append(each);
        }
        if (text.isEmpty() && thrown instanceof RuntimeException) text.append(thrown);
        return text.length() <= DETAIL_MAX ? text.toString() : text.substring(0, DETAIL_MAX) + "…";
    }
}
