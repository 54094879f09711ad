package dev.holdfast.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;

class TimestampTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyTextComesBack(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            long second = random.nextLong(-60_000_000_000L, 250_000_000_000L);
            int nano = random.nextInt(1_000_000_000);
            int offset = 60 * random.nextInt(-23 * 60, 23 * 60);
            Timestamp time = new Timestamp(second, nano, offset);

            assertThat(Timestamp.parse(time.toString())).isEqualTo(time);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-01-02",
                "2026-01-02T03:04:05",
                "2026-01-02t03:04:05Z",
                "2026-01-02T03:04:05z",
                "2026-01-02 03:04:05Z",
                "2026-13-02T03:04:05Z",
                "2026-02-29T03:04:05Z",
                "2026-01-02T24:04:05Z",
                "2026-01-02T03:60:05Z",
                "2026-01-02T03:04:60Z",
                "2026-01-02T03:04:05.Z",
                "2026-01-02T03:04:05,5Z",
                "2026-01-02T03:04:05+0100",
                "2026-01-02T03:04:05+24:00",
                "2026-01-02T03:04:05+01:60",
                "2026-01-02T03:04:05Z ",
                "26-01-02T03:04:05Z",
                "2026-1-02T03:04:05Z"
            })
    void refusesWhatIsNotRfc3339(String text) {
        assertThatThrownBy(() -> Timestamp.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void dropsDigitsBelowNanoseconds() throws Exception {
        assertThat(Timestamp.parse("2026-01-02T03:04:05.1234567899Z").nano()).isEqualTo(123456789);
        assertThat(Timestamp.parse("2026-01-02T03:04:05.5+01:00"))
                .hasToString("2026-01-02T03:04:05.5+01:00");
    }

    @Test
    void movesYearsThatDoNotFit() {
        Instant late = Instant.parse("+12345-06-07T08:09:10Z");
        Instant early = Instant.parse("-0500-02-28T08:09:10Z");

        assertThat(Timestamp.of(late, ZoneOffset.UTC)).hasToString("9999-06-07T08:09:10Z");
        assertThat(Timestamp.of(early, ZoneOffset.UTC)).hasToString("0000-02-28T08:09:10Z");
        assertThat(Timestamp.of(Instant.MAX, ZoneId.of("Asia/Tokyo")).toString())
                .startsWith("9999");
        assertThat(Timestamp.of(Instant.MIN, ZoneId.of("Asia/Tokyo")).toString())
                .startsWith("0000");
    }
}
