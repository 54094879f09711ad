package dev.holdfast.daemon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class PasswordFileTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "rw-------, true",
        "r--------, true",
        "rw-r-----, false",
        "rw--w----, false",
        "rw----r--, false",
        "rw-----w-, false",
        "rw-r--r--, false"
    })
    void ordersMayNameOnlyFilesThatAreOurs(String mode, boolean allowed) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        if (allowed) {
            PasswordFile.readGuarded(file).close();
        } else {
            FailureException thrown = refusal(() -> PasswordFile.readGuarded(file).close());
            assertThat(thrown).hasMessageContaining("can be read or written by others");
            assertThat(thrown.report().hint()).isEqualTo("chmod 0600 " + file);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'secret', 'secret'",
        "'secret\n', 'secret'",
        "'\t secret two \r\n', 'secret two'",
        "'pässwörd\n\n', 'pässwörd'"
    })
    void takesThePasswordWithoutSpaceAroundIt(String content, String password) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), content);

        try (Secret secret = PasswordFile.read(file)) {
            assertThat(new String(secret.copyBytes(), StandardCharsets.UTF_8)).isEqualTo(password);
        }
    }

    @Test
    void refusesWhatHoldsNoPassword() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        Path large = Files.write(folder.resolve("large"), new byte[65 << 10]);

        assertThat(refusal(() -> PasswordFile.read(empty).close()))
                .hasMessageContaining("is empty");
        assertThat(refusal(() -> PasswordFile.read(large).close()))
                .hasMessageContaining("is too large");
        assertThat(refusal(() -> PasswordFile.read(folder.resolve("absent")).close()))
                .hasMessageContaining("no password file");
        assertThat(refusal(() -> PasswordFile.readGuarded(folder.resolve("absent")).close()))
                .hasMessageContaining("no password file");
        assertThat(refusal(() -> PasswordFile.read(folder).close()))
                .hasMessageContaining("cannot read");
    }

    private static FailureException refusal(ThrowingCallable call) {
        FailureException thrown = catchThrowableOfType(FailureException.class, call);
        assertThat(thrown).as("refused").isNotNull();
        assertThat(thrown.report().code()).isEqualTo(Failure.Code.SECRET_UNAVAILABLE);
        return thrown;
    }
}
