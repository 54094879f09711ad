package dev.holdfast.daemon.policy;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One table of a TOML file that is being read: values come out typed, problems are gathered with
/// key and line, and what nobody asked for is a problem too.
final class TomlSection {
    private static final Pattern HEADER = Pattern.compile("^\\s*(\\[\\[?)\\s*([\\w.\\-]+)\\s*]");
    private static final Pattern KEY = Pattern.compile("^\\s*([\\w\\-]+)\\s*=");

    private final String path;
    private final JsonNode node;
    private final Document document;
    private final Set<String> asked = new HashSet<>();
    private final List<TomlSection> children = new ArrayList<>();

    /// What all sections of a file share.
    private record Document(String file, Map<String, Integer> lines, List<String> problems) {}

    TomlSection(String file, String text, JsonNode root) {
        this("", root, new Document(file, index(text), new ArrayList<>()));
    }

    private TomlSection(String path, JsonNode node, Document document) {
        this.path = path;
        this.node = node;
        this.document = document;
    }

    /// Where each key stands: `allow.overwrite` → 7, `allow.storages[1].host` → 21.
    private static Map<String, Integer> index(String text) {
        Map<String, Integer> lines = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        String table = "";
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            Matcher header = HEADER.matcher(line);
            Matcher key = KEY.matcher(line);
            if (header.find()) {
                String name = header.group(2);
                lines.putIfAbsent(name, number);
                if (header.group(1).equals("[[")) {
                    int count = counts.merge(name, 1, Integer::sum);
                    name = name + "[" + (count - 1) + "]";
                    lines.put(name, number);
                }
                table = name + ".";
            } else if (key.find()) {
                lines.putIfAbsent(table + key.group(1), number);
            }
        }
        return lines;
    }

    Map<String, Integer> lines() {
        return document.lines();
    }

    List<String> problems() {
        return document.problems();
    }

    boolean has(String key) {
        asked.add(key);
        return node.has(key);
    }

    void problem(String key, String text) {
        String full = path + key;
        Integer line = document.lines().get(full);
        String where = line == null ? document.file() : document.file() + " line " + line;
        document.problems().add(where + ": " + full + " " + text);
    }

    TomlSection section(String key) {
        JsonNode child = take(key).orElseGet(JsonNodeFactory.instance::objectNode);
        if (!child.isObject()) {
            problem(key, "must be a table");
            child = JsonNodeFactory.instance.objectNode();
        }
        return adopt(path + key + ".", child);
    }

    List<TomlSection> sections(String key) {
        Optional<JsonNode> list = take(key);
        if (list.isEmpty()) return List.of();
        if (!list.get().isArray()) {
            problem(key, "must be written as [[" + path + key + "]]");
            return List.of();
        }
        List<TomlSection> found = new ArrayList<>();
        int index = 0;
        for (JsonNode child : list.get()) {
            if (child.isObject()) {
                found.add(adopt(path + key + "[" + index + "].", child));
            } else {
                problem(key, "must be a list of tables");
            }
            index++;
        }
        return found;
    }

    private TomlSection adopt(String childPath, JsonNode child) {
        TomlSection section = new TomlSection(childPath, child, document);
        children.add(section);
        return section;
    }

    Optional<String> text(String key) {
        Optional<JsonNode> value = take(key);
        if (value.isEmpty()) return Optional.empty();
        if (!value.get().isString()) {
            problem(key, "must be a text in quotes");
            return Optional.empty();
        }
        return Optional.of(value.get().stringValue());
    }

    String required(String key) {
        Optional<String> value = text(key);
        if (value.isEmpty() && !node.has(key)) problem(key, "is missing");
        return value.orElse("");
    }

    List<String> texts(String key) {
        Optional<JsonNode> value = take(key);
        if (value.isEmpty()) return List.of();
        List<String> texts = new ArrayList<>();
        boolean good = value.get().isArray();
        for (JsonNode element : value.get()) {
            good &= element.isString();
            if (element.isString()) texts.add(element.stringValue());
        }
        if (!good) problem(key, "must be a list of texts");
        return texts;
    }

    /// Texts that are absolute paths without `..`.
    List<String> paths(String key) {
        List<String> paths = texts(key);
        for (String text : paths) {
            try {
                HostPath.parse(text);
            } catch (IllegalArgumentException e) {
                problem(key, "\"" + text + "\" " + e.getMessage());
            }
        }
        return paths;
    }

    boolean flag(String key) {
        Optional<JsonNode> value = take(key);
        if (value.isEmpty()) return false;
        if (!value.get().isBoolean()) problem(key, "must be true or false");
        return value.get().isBoolean() && value.get().booleanValue();
    }

    int number(String key, int otherwise, int min, int max) {
        Optional<JsonNode> value = take(key);
        if (value.isEmpty()) return otherwise;
        JsonNode number = value.get();
        if (!number.isIntegralNumber()
                || !number.canConvertToInt()
                || number.intValue() < min
                || number.intValue() > max) {
            problem(key, "must be a number from " + min + " to " + max);
            return otherwise;
        }
        return number.intValue();
    }

    Set<StorageRule.Use> uses(String key) {
        Set<StorageRule.Use> uses = EnumSet.noneOf(StorageRule.Use.class);
        for (String text : texts(key)) {
            Optional<StorageRule.Use> use =
                    Arrays.stream(StorageRule.Use.values())
                            .filter(each -> each.key().equals(text.toLowerCase(Locale.ROOT)))
                            .findFirst();
            use.ifPresentOrElse(
                    uses::add,
                    () -> problem(key, "knows repository, source and target, not " + text));
        }
        if (!node.has(key)) problem(key, "is missing, as [\"repository\"]");
        return uses;
    }

    /// Reports every key that nobody asked for, here and below.
    void finish() {
        for (String name : node.propertyNames()) {
            if (!asked.contains(name)) problem(name, "is no key of this version");
        }
        children.forEach(TomlSection::finish);
    }

    private Optional<JsonNode> take(String key) {
        asked.add(key);
        return Optional.ofNullable(node.get(key));
    }
}
