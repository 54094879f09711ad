package dev.holdfast.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;

import dev.holdfast.proto.v1.Snapshot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;

class OutputTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private Output output(Output.Format format) {
        return new Output(new Terminal(stream, stream, false, false), format, true, ZoneOffset.UTC);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void alignsColumns() {
        new Table("NAME", ">SIZE", "TEXT")
                .row("a", "1 B", "x")
                .row("längere", "1.0 GiB", "")
                .print(stream, true);
        assertThat(text())
                .isEqualTo(
                        """
                        NAME        SIZE  TEXT
                        a            1 B  x
                        längere  1.0 GiB
                        """);
    }

    @Test
    void showsNoTitlesWhereNoneAreWanted() {
        new Table("NAME").row("a").print(stream, false);
        assertThat(text()).isEqualTo("a\n");
    }

    @Test
    void refusesRowsOfOtherWidth() {
        Table table = new Table("A", "B");
        assertThatThrownBy(() -> table.row("a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsControlCharactersOfHostsAsText() {
        new Table("NAME").row("\u001b[2Jx\r\ny\u202e\u0007").print(stream, false);
        assertThat(text()).isEqualTo("\\x1b[2Jx\\r\\ny\\u{202e}\\x07\n");
        assertThat(PlainText.block("a\n\tb\u001b")).isEqualTo("a\n\tb\\x1b");
        assertThat(PlainText.line("é漢\ud83d\ude00")).isEqualTo("é漢\ud83d\ude00");
    }

    @Test
    void printsJsonWithEveryFieldAndExactNumbers() {
        Snapshot snapshot =
                Snapshot.newBuilder()
                        .setId("ab")
                        .setTime(
                                Timestamp.newBuilder()
                                        .setSeconds(1_700_000_000)
                                        .setNanos(123_456_789))
                        .setBytes(1L << 60)
                        .build();
        output(Output.Format.JSON).print(snapshot);
        assertThat(text())
                .contains("\"id\": \"ab\"")
                .contains("\"time\": \"2023-11-14T22:13:20.123456789Z\"")
                .contains("\"bytes\": \"1152921504606846976\"")
                .contains("\"files\": \"0\"")
                .contains("\"tags\": []");
    }

    @Test
    void opensAndClosesArrays() {
        try (Output.JsonArray array = output(Output.Format.JSON).array("nodes")) {
            array.add(Timestamp.getDefaultInstance());
            array.add(Timestamp.getDefaultInstance());
        }
        try (Output.JsonArray array = output(Output.Format.JSON).array("none")) {
            assertThat(array).isNotNull();
        }
        assertThat(text())
                .isEqualTo(
                        """
                        {"nodes": [
                        "1970-01-01T00:00:00Z",
                        "1970-01-01T00:00:00Z"
                        ]}
                        {"none": []}
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "1048575, 1.0 MiB",
        "1073741824, 1.0 GiB",
        "-1, 16.0 EiB"
    })
    void roundsBytes(long bytes, String text) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "250, 0.3 s",
        "59999, 59 s",
        "61000, 1m 01s",
        "3723000, 1h 02m",
        "90000000, 1d 01h"
    })
    void roundsDurations(long millis, String text) {
        assertThat(Amounts.duration(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void showsNoTimeThatWasNeverSet() {
        assertThat(Amounts.time(Timestamp.getDefaultInstance(), ZoneOffset.UTC)).isEmpty();
        assertThat(
                        Amounts.time(
                                Timestamp.newBuilder().setSeconds(1_700_000_000).build(),
                                ZoneOffset.UTC))
                .isEqualTo("2023-11-14 22:13:20");
    }
}
