package dev.holdfast.engine.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Vectors;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/// The names, link targets and times of tree-json.json, both ways.
class TreeJsonVectorsTest {
    private static final Vectors VECTORS = Vectors.load("tree-json.json");

    @Test
    void writesAndReadsNamesAsResticDoes() throws Exception {
        List<Vectors> names = VECTORS.get("names").list();
        assertThat(names).hasSize(65);
        for (Vectors vector : names) {
            byte[] raw = vector.get("raw_hex").hex();
            String literal = vector.get("json_literal").text();

            assertThat(text(new JsonWriter().quotedName(raw))).isEqualTo(literal);
            assertThat(QuotedName.unquote(reader(literal).nextBytes())).isEqualTo(raw);
        }
    }

    @Test
    void writesLinkTargetsAsResticDoes() throws Exception {
        List<Vectors> targets = VECTORS.get("symlink_targets").list();
        assertThat(targets).hasSize(3);
        for (Vectors vector : targets) {
            byte[] raw = vector.get("raw_hex").hex();
            JsonWriter writer = new JsonWriter().name("linktarget").rawString(raw);
            String text = new String(raw, StandardCharsets.UTF_8);
            if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), raw)) {
                writer.name("linktarget_raw").base64(raw);
            }

            assertThat(text(writer)).isEqualTo(vector.get("json_fields").text());
        }
    }

    @Test
    void writesAndReadsTimesAsResticDoes() throws Exception {
        List<Vectors> times = VECTORS.get("times").list();
        assertThat(times).hasSize(96);
        for (Vectors vector : times) {
            Instant instant = Instant.ofEpochSecond(0, vector.get("unix_ns").number());
            Timestamp time = Timestamp.of(instant, ZoneId.of(vector.get("zone").text()));
            String json = vector.get("json").text();

            assertThat(text(new JsonWriter().time(time))).isEqualTo(json);
            Timestamp read = reader(json).nextTime();
            assertThat('"' + read.toString() + '"').isEqualTo(json);
            int lost = time.offsetSeconds() % 60; // seconds of the offset are not written
            assertThat(read.instant()).isEqualTo(instant.plusSeconds(lost));
        }
    }

    private static String text(JsonWriter writer) {
        return new String(writer.toBytes(), StandardCharsets.UTF_8);
    }

    private static JsonReader reader(String json) {
        return new JsonReader(json.getBytes(StandardCharsets.UTF_8));
    }
}
