package dev.holdfast.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.Vectors;
import dev.holdfast.engine.id.Sha256;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class JsonTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void readsWhatItWrote(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            Vectors value = value(random, 0);
            JsonWriter writer = new JsonWriter();
            write(writer, value);

            assertThat(Vectors.parse(writer.toBytes())).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedBytesGiveNothingButJsonException(long seed) throws Exception {
        Random random = new Random(seed);
        JsonWriter writer = new JsonWriter();
        write(writer, value(random, -2));
        for (int round = 0; round < 3000; round++) {
            byte[] damaged =
                    java.util.Arrays.copyOf(writer.toBytes(), random.nextInt(writer.size() + 1));
            for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) "{}[]\",:\\u0e-n".charAt(random.nextInt(13));
            }
            try {
                JsonReader reader = new JsonReader(damaged);
                reader.skipValue();
                reader.end();
            } catch (JsonException e) {
                assertThat(e.position()).isBetween(-1, damaged.length);
            }
        }
    }

    @Test
    void escapesAsGoDoes() {
        JsonWriter writer = new JsonWriter();
        writer.beginArray()
                .value("\"\\\b\t\n\f\r\u0000\u001f\u007f<>&/'=")
                .value("\u2028\u2029é😀\ud800x")
                .rawString(
                        new byte[] {
                            'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa9, (byte) 0xed, (byte) 0xa0
                        })
                .endArray();

        assertThat(text(writer))
                .isEqualTo(
                        "[\"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\\u003c\\u003e\\u0026/'=\","
                                + "\"\\u2028\\u2029é😀\\ufffdx\","
                                + "\"a\\ufffdé\\ufffd\\ufffd\"]");
    }

    @Test
    void writesNumbersAndIds() {
        JsonWriter writer = new JsonWriter();
        writer.beginObject()
                .name("a")
                .value(-5)
                .name("b")
                .unsigned(-1)
                .name("c")
                .value(true)
                .name("d")
                .nullValue()
                .name("e")
                .base64(new byte[] {1, 2, 3, 4})
                .name("f")
                .id(new Sha256(1, 2, 3, -1))
                .name("g")
                .beginArray()
                .endArray()
                .name("h")
                .raw(new byte[] {'{', '}'})
                .endObject()
                .newline();

        assertThat(text(writer))
                .isEqualTo(
                        "{\"a\":-5,\"b\":18446744073709551615,\"c\":true,\"d\":null,\"e\":\"AQIDBA==\",\"f\":\""
                                + new Sha256(1, 2, 3, -1)
                                + "\",\"g\":[],\"h\":{}}\n");
    }

    @Test
    void readsEscapesAndSpace() throws Exception {
        JsonReader reader =
                reader(
                        " { \"a\\u0062\" : [ \"\\ud83d\\ude00\\ud800\\/\\u00e9\" ,"
                                + " 18446744073709551615 ] } \n");
        reader.beginObject();
        assertThat(reader.nextName()).isEqualTo("ab");
        reader.beginArray();
        assertThat(reader.nextString()).isEqualTo("😀\ufffd/é");
        assertThat(reader.nextUnsignedLong()).isEqualTo(-1);
        assertThat(reader.hasNext()).isFalse();
        reader.endArray();
        reader.endObject();
        reader.end();
    }

    @Test
    void keepsTheBytesOfUnknownValues() throws Exception {
        JsonReader reader = reader("{\"a\":{\"x\":[1.5e3,null]},\"b\": \"t\\n\" ,\"c\":-7}");
        reader.beginObject();
        reader.nextName();
        assertThat(new String(reader.nextRaw(), StandardCharsets.UTF_8))
                .isEqualTo("{\"x\":[1.5e3,null]}");
        reader.nextName();
        assertThat(new String(reader.nextRaw(), StandardCharsets.UTF_8)).isEqualTo("\"t\\n\"");
        reader.nextName();
        assertThat(new String(reader.nextRaw(), StandardCharsets.UTF_8)).isEqualTo("-7");
        reader.endObject();
        reader.end();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "{", "[", "}", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}",
                        "{\"a\":1,}", "{1:2}",
                "{\"a\" 1}", "01", "-", "1.", "1e", "+1", "nul", "tru", "\"", "\"\\\"", "\"\\x\"",
                        "\"\\u12\"",
                "\"\n\"", "[1]]", "1 1", "[}", "{]", "'a'", "\"\\"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(
                        () -> {
                            JsonReader reader = reader(text);
                            if (reader.peek() == JsonReader.Token.STRING) {
                                reader.nextString();
                            } else {
                                reader.skipValue();
                            }
                            reader.end();
                        })
                .isInstanceOf(JsonException.class);
    }

    @Test
    void boundsNestingAndNumbers() {
        assertThatThrownBy(() -> reader("[".repeat(100_000)).skipValue())
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("nested");
        assertThatThrownBy(() -> reader("9223372036854775808").nextLong())
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> reader("-1").nextUnsignedLong()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> reader("1.0").nextLong()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> reader("\"ab\"").nextId()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> reader("\"a\"").nextBase64()).isInstanceOf(JsonException.class);
    }

    private static Vectors value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : depth < 0 ? 1 : 6) + (depth < 0 ? 4 : 0)) {
            case 0 -> new Vectors(random.nextLong());
            case 1 -> new Vectors(random.nextBoolean());
            case 2 -> new Vectors(null);
            case 3 -> new Vectors(text(random));
            case 4 -> {
                List<Vectors> list = new ArrayList<>();
                for (int i = random.nextInt(5) - Math.min(depth, 0); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield new Vectors(list);
            }
            default -> {
                Map<String, Vectors> map = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put(text(random), value(random, depth + 1));
                }
                yield new Vectors(map);
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(10); i > 0; i--) {
            int point = random.nextInt(1 << (1 + random.nextInt(20)));
            text.appendCodePoint(Utf8.isScalar(point) ? point : '?');
        }
        return text.toString();
    }

    @SuppressWarnings("unchecked")
    private static void write(JsonWriter writer, Vectors vector) {
        @Nullable Object value = vector.value();
        switch (value) {
            case null -> writer.nullValue();
            case Long number -> writer.value(number);
            case Boolean truth -> writer.value(truth);
            case String text -> writer.value(text);
            case List<?> _ -> {
                writer.beginArray();
                vector.list().forEach(element -> write(writer, element));
                writer.endArray();
            }
            default -> {
                writer.beginObject();
                vector.entries()
                        .forEach(
                                (name, member) -> {
                                    writer.name(name);
                                    write(writer, member);
                                });
                writer.endObject();
            }
        }
    }

    private static String text(JsonWriter writer) {
        return new String(writer.toBytes(), StandardCharsets.UTF_8);
    }

    private static JsonReader reader(String json) {
        return new JsonReader(json.getBytes(StandardCharsets.UTF_8));
    }
}
