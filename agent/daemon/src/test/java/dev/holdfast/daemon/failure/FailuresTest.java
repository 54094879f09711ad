package dev.holdfast.daemon.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.archiver.ArchiveException;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.proto.v1.Failure.Code;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

class FailuresTest {
    /// Kinds of the storage whose code has another name.
    private static final Map<BackendException.Kind, Code> BACKEND =
            new EnumMap<>(
                    Map.of(
                            BackendException.Kind.NOT_FOUND, Code.REPOSITORY_CORRUPT,
                            BackendException.Kind.RANGE, Code.REPOSITORY_CORRUPT,
                            BackendException.Kind.OTHER, Code.INTERNAL));

    private static final Map<RepositoryException.Kind, Code> REPOSITORY =
            new EnumMap<>(
                    Map.of(
                            RepositoryException.Kind.MISSING, Code.REPOSITORY_MISSING,
                            RepositoryException.Kind.EXISTS, Code.REPOSITORY_EXISTS,
                            RepositoryException.Kind.WRONG_PASSWORD, Code.WRONG_PASSWORD,
                            RepositoryException.Kind.LOCKED, Code.REPOSITORY_LOCKED,
                            RepositoryException.Kind.CORRUPT, Code.REPOSITORY_CORRUPT,
                            RepositoryException.Kind.UNSUPPORTED_VERSION, Code.UNSUPPORTED_VERSION,
                            RepositoryException.Kind.NOT_FOUND, Code.SNAPSHOT_MISSING,
                            RepositoryException.Kind.AMBIGUOUS, Code.INVALID_ARGUMENT));

    @ParameterizedTest
    @EnumSource
    void everyFailureOfAStorageHasItsCode(BackendException.Kind kind) {
        Code other = BACKEND.get(kind);
        Code expected = other == null ? Code.valueOf(kind.name()) : other;

        FailureReport report = Failures.of(new BackendException(kind, "what failed"));

        assertThat(report.code()).isEqualTo(expected);
        assertThat(report.message()).contains("what failed");
        assertThat(report.toProto().getCode()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureOfARepositoryHasItsCode(RepositoryException.Kind kind) {
        FailureReport report =
                Failures.of(new RepositoryException(kind, "what failed", "what to do"));

        assertThat(report.code()).isEqualTo(REPOSITORY.get(kind));
        assertThat(report.hint()).isEqualTo("what to do");
        assertThat(report.retryable()).isEqualTo(kind == RepositoryException.Kind.LOCKED);
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureOfABackupHasACode(ArchiveException.Kind kind) {
        assertThat(Failures.code(kind)).isNotEqualTo(Code.CODE_UNSPECIFIED);
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureOfAFileHasACode(FileAccessException.Kind kind) {
        assertThat(Failures.code(kind)).isNotEqualTo(Code.CODE_UNSPECIFIED);
    }

    @Test
    void theSystemsOwnTextsAreUnderstood() {
        assertThat(Failures.of(new NoSuchFileException("/a")).code()).isEqualTo(Code.PATH_MISSING);
        assertThat(Failures.of(new AccessDeniedException("/a")).code())
                .isEqualTo(Code.PERMISSION_DENIED);
        assertThat(Failures.of(new IOException("No space left on device")).code())
                .isEqualTo(Code.NO_SPACE);
        assertThat(Failures.of(new FileSystemException("/a", null, "Read-only file system")).code())
                .isEqualTo(Code.READ_ONLY);
        assertThat(Failures.of(new IOException("Disk quota exceeded")).code())
                .isEqualTo(Code.QUOTA_EXCEEDED);
    }

    @Test
    void whatWasWrappedCounts() {
        BackendException lost =
                new BackendException(BackendException.Kind.CONNECTION_LOST, "the link is gone");

        assertThat(Failures.of(new ExecutionException(new ExecutionException(lost))).code())
                .isEqualTo(Code.CONNECTION_LOST);
        assertThat(Failures.of(new InterruptedException()).code()).isEqualTo(Code.INTERRUPTED);
    }

    @Test
    void aDefectIsCalledOneAndItsTextIsBounded() {
        FailureReport report = Failures.of(new IllegalStateException("x".repeat(1 << 20)));

        assertThat(report.code()).isEqualTo(Code.INTERNAL);
        assertThat(report.hint()).contains("report it");
        assertThat(report.detail()).hasSizeLessThan(10 << 10);
    }
}
