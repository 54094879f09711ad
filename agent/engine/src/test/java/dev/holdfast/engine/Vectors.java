package dev.holdfast.engine;

import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A value out of the JSON files under `vectors`: a map, a list, a text, a number, a truth or null.
public record Vectors(@Nullable Object value) {
    /// The content of a file.
    public static Vectors load(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            byte[] bytes = Objects.requireNonNull(in, file).readAllBytes();
            return parse(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The value of JSON.
    public static Vectors parse(byte[] json) {
        try {
            JsonReader reader = new JsonReader(json);
            Vectors value = read(reader);
            reader.end();
            return value;
        } catch (JsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// The member `name` of a map; one of null where it is missing.
    public Vectors get(String name) {
        return entries().getOrDefault(name, new Vectors(null));
    }

    /// The members of a map, in the file's order.
    @SuppressWarnings("unchecked")
    public Map<String, Vectors> entries() {
        return (Map<String, Vectors>) Objects.requireNonNull(value);
    }

    /// The elements of a list.
    @SuppressWarnings("unchecked")
    public List<Vectors> list() {
        return (List<Vectors>) Objects.requireNonNull(value);
    }

    /// A text.
    public String text() {
        return (String) Objects.requireNonNull(value);
    }

    /// The bytes of a text of hex digits.
    public byte[] hex() {
        return HexFormat.of().parseHex(text());
    }

    /// A number.
    public long number() {
        return (Long) Objects.requireNonNull(value);
    }

    /// A truth.
    public boolean truth() {
        return (Boolean) Objects.requireNonNull(value);
    }

    /// Whether it is null or missing.
    public boolean isNull() {
        return value == null;
    }

    private static Vectors read(JsonReader reader) throws JsonException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> {
                Map<String, Vectors> members = new LinkedHashMap<>();
                reader.beginObject();
                while (reader.hasNext()) {
                    members.put(reader.nextName(), read(reader));
                }
                reader.endObject();
                yield new Vectors(members);
            }
            case BEGIN_ARRAY -> {
                List<Vectors> elements = new ArrayList<>();
                reader.beginArray();
                while (reader.hasNext()) {
                    elements.add(read(reader));
                }
                reader.endArray();
                yield new Vectors(elements);
            }
            case STRING -> new Vectors(reader.nextString());
            case NUMBER -> new Vectors(reader.nextLong());
            case BOOLEAN -> new Vectors(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield new Vectors(null);
            }
            case END_OBJECT, END_ARRAY, NAME, END -> throw new JsonException("no value", -1);
        };
    }
}
