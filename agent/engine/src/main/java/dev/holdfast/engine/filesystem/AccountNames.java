package dev.holdfast.engine.filesystem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Names of users or groups by number, from a file such as `/etc/passwd`.
///
/// Only the file is asked, as restic's static builds do: directory services would add names that
/// another tool on the same host does not store, and every tree would differ. Immutable.
final class AccountNames {
    private static final int NUMBER_FIELD = 2;
    private static final int FIELDS_MIN = 3;

    private final Map<Long, String> names;

    private AccountNames(Map<Long, String> names) {
        this.names = names;
    }

    /// Reads `file`; one that cannot be read knows no names.
    static AccountNames read(Path file) {
        try {
            return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new AccountNames(Map.of()); // a host without accounts still has files
        }
    }

    /// The first of several entries with the same number counts.
    static AccountNames parse(String text) {
        Map<Long, String> names = new HashMap<>();
        text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
                .map(line -> line.split(":", FIELDS_MIN + 1))
                .filter(fields -> fields.length >= FIELDS_MIN && !fields[0].isEmpty())
                .filter(fields -> fields[0].charAt(0) != '+' && fields[0].charAt(0) != '-')
                .filter(fields -> fields[NUMBER_FIELD].matches("[0-9]{1,10}"))
                .forEach(
                        fields ->
                                names.putIfAbsent(Long.parseLong(fields[NUMBER_FIELD]), fields[0]));
        return new AccountNames(names);
    }

    /// The name for `number`; empty where there is none.
    String name(long number) {
        return names.getOrDefault(number, "");
    }
}
