package dev.holdfast.engine.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

final class RawPathTest {
    @ParameterizedTest
    @CsvSource({
        "/a/./b//c/, /a/b/c",
        "/../a, /a",
        "a/../.., ..",
        "../../a, ../../a",
        "a/.., .",
        "., .",
        "/, /",
        "//, /",
        "./a, a",
        "/a/b/../../.., /"
    })
    void cleansByTheTextAlone(String path, String clean) {
        assertThat(new String(RawPath.clean(RawPath.of(path)), StandardCharsets.UTF_8))
                .isEqualTo(clean);
    }

    @ParameterizedTest
    @CsvSource({"/a/b, /a", "/a, /", "a, .", "a/b, a", "../a, .."})
    void knowsTheDirectoryAbove(String path, String parent) {
        assertThat(new String(RawPath.parent(RawPath.of(path)), StandardCharsets.UTF_8))
                .isEqualTo(parent);
    }

    @Test
    void takesPathsOfTheJdk() {
        assertThat(RawPath.of(Path.of("/tmp/a b/%é"))).isEqualTo(RawPath.of("/tmp/a b/%é"));
    }

    @Test
    void showsHostileNamesEscaped() {
        assertThat(RawPath.display(RawPath.of("plain é"))).isEqualTo("plain é");
        assertThat(RawPath.display(RawPath.of("a\nb\\"))).isEqualTo("a\\x0ab\\x5c");
        assertThat(RawPath.display(RawPath.of("\u202egnp"))).isEqualTo("\\xe2\\x80\\xaegnp");
        assertThat(RawPath.display(new byte[] {'x', (byte) 0xff})).isEqualTo("x\\xff");
    }
}
