package dev.holdfast.engine;

import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A file of test vectors: JSON as maps, lists, strings, longs and booleans. A null is left out.
public final class VectorFile {
    private VectorFile() {}

    /// Reads `vectors/<name>` of the test resources.
    public static Map<?, ?> load(String name) {
        try (InputStream in = VectorFile.class.getResourceAsStream("/vectors/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no test vectors " + name);
            }
            Object value = value(new JsonReader(in.readAllBytes()));
            return (Map<?, ?>) (value == null ? Map.of() : value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalArgumentException("test vectors " + name, e);
        }
    }

    /// A member that is a list; empty where it is missing.
    public static List<?> list(Map<?, ?> object, String name) {
        Object value = object.get(name);
        return value == null ? List.of() : (List<?>) value;
    }

    /// A member that is a string.
    public static String text(Map<?, ?> object, String name) {
        if (object.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("no text " + name + " in " + object);
    }

    private static @Nullable Object value(JsonReader json) throws JsonException {
        return switch (json.peek()) {
            case BEGIN_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                json.beginObject();
                while (json.hasNext()) {
                    String name = json.nextName();
                    Object value = value(json);
                    if (value != null) {
                        members.put(name, value);
                    }
                }
                json.endObject();
                yield members;
            }
            case BEGIN_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                json.beginArray();
                while (json.hasNext()) {
                    Object value = value(json);
                    if (value != null) {
                        elements.add(value);
                    }
                }
                json.endArray();
                yield elements;
            }
            case STRING -> json.nextString();
            case NUMBER -> json.nextLong();
            case BOOLEAN -> json.nextBoolean();
            case NULL -> {
                json.nextNull();
                yield null;
            }
            case NAME, END_OBJECT, END_ARRAY, END -> throw new JsonException("no value here", -1);
        };
    }
}
