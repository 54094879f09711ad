package dev.holdfast.server.database;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How values that SQL has no portable type for are written into columns and read back.
public final class Columns {
    private Columns() {}

    public static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    public static Optional<Instant> optionalInstant(ResultSet row, String column)
            throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    public static @Nullable Long millis(Optional<Instant> instant) {
        return instant.isPresent() ? instant.get().toEpochMilli() : null;
    }

    public static byte[] bytes(ResultSet row, String column) throws SQLException {
        byte[] value = row.getBytes(column);
        return value == null ? new byte[0] : value;
    }

    public static String text(ResultSet row, String column) throws SQLException {
        String value = row.getString(column);
        return value == null ? "" : value;
    }

    /// One line for each item; backslash and line feed inside an item are escaped.
    public static String lines(List<String> items) {
        var text = new StringBuilder();
        for (String item : items) {
            text.append(item.replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
        }
        return text.toString();
    }

    public static List<String> lines(String text) {
        var items = new ArrayList<String>();
        var item = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                items.add(item.toString());
                item.setLength(0);
            } else if (c == '\\' && i + 1 < text.length()) {
                i++;
                item.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                item.append(c);
            }
        }
        return List.copyOf(items);
    }

    /// Labels as lines `name=value`; names hold no equals sign.
    public static String labels(Map<String, String> labels) {
        return lines(
                new TreeMap<>(labels)
                        .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    public static Map<String, String> labels(String text) {
        var labels = new TreeMap<String, String>();
        for (String line : lines(text)) {
            int equals = line.indexOf('=');
            labels.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return Map.copyOf(labels);
    }
}
