package dev.holdfast.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.output.Terminal;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.TaskResult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

class ExitTest {
    @ParameterizedTest
    @CsvSource({
        "SOURCE_UNREADABLE, 3",
        "SIGN_IN_NEEDED, 4",
        "TOKEN_REFUSED, 4",
        "NOT_FOUND, 5",
        "SNAPSHOT_MISSING, 5",
        "CONFLICT, 6",
        "REPOSITORY_EXISTS, 6",
        "REFUSED_BY_AGENT, 7",
        "REPOSITORY_MISSING, 10",
        "REPOSITORY_LOCKED, 11",
        "WRONG_PASSWORD, 12",
        "CONNECTION_REFUSED, 20",
        "NAME_NOT_RESOLVED, 20",
        "AUTHENTICATION_REFUSED, 21",
        "HOST_KEY_UNKNOWN, 22",
        "HOST_KEY_CHANGED, 23",
        "PATH_MISSING, 24",
        "PERMISSION_DENIED, 25",
        "NO_SPACE, 26",
        "INVALID_ARGUMENT, 2",
        "INTERNAL, 1",
        "CANCELLED, 130",
        "INTERRUPTED, 130"
    })
    void failuresHaveTheDocumentedCodes(Failure.Code code, int exit) {
        assertThat(Exit.of(code).code()).isEqualTo(exit);
    }

    @ParameterizedTest
    @EnumSource(Failure.Code.class)
    void noFailureEndsWithSuccess(Failure.Code code) {
        assertThat(Exit.of(code)).isNotEqualTo(Exit.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCEEDED, 0",
        "SUCCEEDED_WITH_WARNINGS, 3",
        "CANCELLED, 130",
        "RUNNING, 8",
        "UNKNOWN, 8",
        "FAILED, 12"
    })
    void runsEndAsTheirStateSays(Run.State state, int exit) {
        Run run =
                Run.newBuilder()
                        .setState(state)
                        .setResult(
                                TaskResult.newBuilder()
                                        .setFailure(
                                                Failure.newBuilder()
                                                        .setCode(Failure.Code.WRONG_PASSWORD)))
                        .build();
        assertThat(Exit.of(run).code()).isEqualTo(exit);
    }

    @Test
    void failuresArePrintedInThreeParts() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Failure failure =
                Failure.newBuilder()
                        .setCode(Failure.Code.HOST_KEY_CHANGED)
                        .setMessage(
                                """
                                storage nas answers with another host key
                                pinned    SHA256:a
                                received  SHA256:b\
                                """)
                        .setHint("if the server was rebuilt, pin the new key")
                        .setDetail("stage host-key\u001b[0m")
                        .build();
        FailureText.print(new Terminal(stream, stream, false, false), failure, "agent web01");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        error HOST_KEY_CHANGED: storage nas answers with another host key
                          pinned    SHA256:a
                          received  SHA256:b
                        hint: if the server was rebuilt, pin the new key
                        detail: stage host-key\\x1b[0m, agent web01
                        """);
    }

    @Test
    void codesOfNewerVersionsKeepTheirNumber() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        FailureText.print(
                new Terminal(stream, stream, false, false),
                Failure.newBuilder().setCodeValue(999).setMessage("m").build());
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("error CODE_999: m\n");
    }
}
