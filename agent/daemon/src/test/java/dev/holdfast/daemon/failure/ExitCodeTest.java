package dev.holdfast.daemon.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.v1.Failure.Code;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class ExitCodeTest {
    /// All codes that are not in [#everyCodeOfTheTableHasItsNumber]; they end with 1.
    private static final String PLAIN_ERRORS =
            "ALGORITHM_MISMATCH SUBSYSTEM_REFUSED SSH_CONFIG_UNSUPPORTED UNSUPPORTED_VERSION"
                    + " SECRET_UNAVAILABLE REPOSITORY_CORRUPT LISTING_INCOMPLETE INTERNAL"
                    + " STALE_PLAN DEADLINE_EXCEEDED CLONED_AGENT CLOCK_SKEW HOOK_FAILED"
                    + " HOOK_TIMEOUT CODE_UNSPECIFIED UNRECOGNIZED";

    private static final String TABLE =
            """
            2 INVALID_ARGUMENT
            3 SOURCE_UNREADABLE SOURCE_CHANGED RESTORE_INCOMPLETE
            4 SIGN_IN_NEEDED TOKEN_REFUSED CERT_EXPIRED CERT_REVOKED
            5 SNAPSHOT_MISSING NOT_FOUND
            6 REPOSITORY_EXISTS TARGET_NOT_EMPTY CONFLICT
            7 REFUSED_BY_AGENT
            10 REPOSITORY_MISSING
            11 REPOSITORY_LOCKED
            12 WRONG_PASSWORD
            20 NAME_NOT_RESOLVED CONNECTION_REFUSED TIMEOUT CONNECTION_LOST TOO_MANY_CONNECTIONS
            20 AGENT_OFFLINE
            21 AUTHENTICATION_REFUSED IDENTITY_ENCRYPTED IDENTITY_UNREADABLE SSH_AGENT_UNAVAILABLE
            22 HOST_KEY_UNKNOWN
            23 HOST_KEY_CHANGED HOST_KEY_REVOKED
            24 PATH_MISSING
            25 PERMISSION_DENIED READ_ONLY
            26 NO_SPACE QUOTA_EXCEEDED
            130 INTERRUPTED CANCELLED
            """;

    @Test
    void everyCodeOfTheTableHasItsNumber() {
        String expected =
                Stream.concat(TABLE.lines(), Stream.of("1 " + PLAIN_ERRORS))
                        .flatMap(ExitCodeTest::entries)
                        .sorted()
                        .collect(Collectors.joining("\n"));
        String real =
                Arrays.stream(Code.values())
                        .map(code -> code + " " + ExitCode.of(code).number())
                        .sorted()
                        .collect(Collectors.joining("\n"));
        assertThat(real).isEqualTo(expected);
    }

    private static Stream<String> entries(String line) {
        String[] words = line.split(" ", -1);
        return Arrays.stream(words).skip(1).map(code -> code + " " + words[0]);
    }

    @ParameterizedTest
    @CsvSource({"OK,0", "ERROR,1", "USAGE,2", "PARTIAL,3", "STILL_RUNNING,8", "INTERRUPTED,130"})
    void outcomesThatAreNoFailuresHaveTheirNumbers(ExitCode code, int number) {
        assertThat(code.number()).isEqualTo(number);
    }
}
