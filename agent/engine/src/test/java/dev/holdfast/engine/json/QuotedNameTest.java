package dev.holdfast.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;

class QuotedNameTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyBytesComeBack(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 5000; round++) {
            byte[] name = name(random);
            byte[] quoted = QuotedName.quote(name);

            assertThat(QuotedName.unquote(quoted)).isEqualTo(name);
            byte[] json = new JsonWriter().quotedName(name).toBytes();
            assertThat(QuotedName.unquote(new JsonReader(json).nextBytes())).isEqualTo(name);
        }
    }

    @Test
    void theTableIsThatOfUnicode15() {
        // restic emits 148 995 code points raw, '/' counted out as no file name has it
        long raw = IntStream.rangeClosed(0, 0x10ffff).filter(QuotedName::isPrintable).count();
        assertThat(raw).isEqualTo(148_995 + 1);
        assertThat(QuotedName.isPrintable(0xa0)).isFalse();
        assertThat(QuotedName.isPrintable(0xa1)).isTrue();
        assertThat(QuotedName.isPrintable(0x1fffe)).isFalse();
        assertThat(QuotedName.isPrintable(0x1c89)).as("new in Unicode 16").isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\",
                "\\q",
                "\\'",
                "a\"b",
                "a\nb",
                "\\x1",
                "\\xg0",
                "\\u12",
                "\\ud800",
                "\\U00110000",
                "\\Uffffffff",
                "\\400",
                "\\08",
                "\\189"
            })
    void refusesWhatIsNoQuotedName(String quoted) {
        assertThatThrownBy(() -> QuotedName.unquote(quoted)).isInstanceOf(JsonException.class);
    }

    @Test
    void readsEveryEscape() throws Exception {
        byte[] name =
                QuotedName.unquote("\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\xff\\u00e9\\U0001f600\\101");

        byte[] control = {7, 8, 12, 10, 13, 9, 11, '\\', '"', (byte) 0xff};
        assertThat(name).startsWith(control);
        assertThat(new String(name, control.length, 7, StandardCharsets.UTF_8)).isEqualTo("é😀A");
    }

    private static byte[] name(Random random) {
        if (random.nextBoolean()) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            return bytes;
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.appendCodePoint(random.nextInt(1 << (1 + random.nextInt(20))));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
