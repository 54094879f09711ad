package dev.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.Optional;

class ParsingTest {
    @ParameterizedTest
    @CsvSource({"90s, 90", "30m, 1800", "1h, 3600", "7d, 604800", "1h30m, 5400"})
    void durations(String text, long seconds) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "1", "h", "1h 30m", "-1h", "1w", "9999999s"})
    void otherTextIsNoDuration(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(TypeConversionException.class);
    }

    @Test
    void restoreSources() {
        assertThat(RestoreSource.parse("web01:/srv", Optional.empty()))
                .isEqualTo(new RestoreSource("web01", "latest", "/srv"));
        assertThat(RestoreSource.parse("web01:", Optional.of("0123")))
                .isEqualTo(new RestoreSource("web01", "0123", ""));
        assertThat(RestoreSource.parse("0123abcd", Optional.empty()))
                .isEqualTo(new RestoreSource("", "0123abcd", ""));
        // with a snapshot beside it, even this is an agent's name
        assertThat(RestoreSource.parse("deadbeef:/srv", Optional.of("latest")))
                .isEqualTo(new RestoreSource("deadbeef", "latest", "/srv"));
        assertThat(RestoreSource.parse("0123abcd:/a:b", Optional.empty()))
                .isEqualTo(new RestoreSource("", "0123abcd", "/a:b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web01", ":/srv", "", "0123"})
    void otherSourcesAreRefused(String text) {
        assertThatThrownBy(() -> RestoreSource.parse(text, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "file, 420, -rw-r--r--",
        "dir, 1023, drwxrwxrwt",
        "dir, 512, d--------T",
        "file, 2541, -rwsr-xr-x",
        "symlink, 511, lrwxrwxrwx",
        "new, 0, ?---------"
    })
    void modes(String type, int mode, String text) {
        assertThat(Modes.text(type, mode)).isEqualTo(text);
    }
}
