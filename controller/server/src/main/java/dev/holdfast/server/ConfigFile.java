package dev.holdfast.server;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads `controller.toml`. An unknown key or a wrong value stops the start; all problems are told
/// at once.
final class ConfigFile {
    private final Path file;
    private final List<String> problems = new ArrayList<>();

    private ConfigFile(Path file) {
        this.file = file;
    }

    /// The file cannot be used; each line of the message is one problem.
    static final class ConfigException extends Exception {
        private static final long serialVersionUID = 1L;

        ConfigException(Path file, List<String> problems) {
            super(file + ":\n  " + String.join("\n  ", problems));
        }
    }

    static ControllerConfig read(Path file) throws ConfigException {
        return new ConfigFile(file).read();
    }

    private ControllerConfig read() throws ConfigException {
        JsonNode root;
        try {
            root = new TomlMapper().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new ConfigException(file, List.of("cannot be read: " + e));
        } catch (JacksonException e) {
            throw new ConfigException(file, List.of("is not TOML: " + e.getMessage()));
        }
        ControllerConfig config = ControllerConfig.DEFAULT;
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            switch (key) {
                case "state_dir" ->
                        config =
                                text(key, value)
                                        .map(Path::of)
                                        .map(config::withStateDir)
                                        .orElse(config);
                case "listen" -> config = listen(config, key, value);
                case "advertise" -> config = config.withAdvertise(texts(key, value));
                case "database" -> config = database(config, value);
                case "agents" -> config = agents(config, value);
                default -> problems.add(key + ": unknown key");
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(file, problems);
        }
        return config;
    }

    private ControllerConfig listen(ControllerConfig config, String key, JsonNode value) {
        Optional<String> listen = text(key, value);
        try {
            return listen.map(config::withListen).orElse(config);
        } catch (IllegalArgumentException e) {
            problems.add(key + ": " + e.getMessage());
            return config;
        }
    }

    private ControllerConfig database(ControllerConfig config, JsonNode table) {
        ControllerConfig changed = config;
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            String key = "database." + entry.getKey();
            if (entry.getKey().equals("url")) {
                changed = text(key, entry.getValue()).map(config::withDatabaseUrl).orElse(config);
            } else {
                problems.add(key + ": unknown key");
            }
        }
        return changed;
    }

    private ControllerConfig agents(ControllerConfig config, JsonNode table) {
        int heartbeat = config.heartbeatSeconds();
        int unknownAfter = config.unknownAfterSeconds();
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            String key = "agents." + entry.getKey();
            switch (entry.getKey()) {
                case "heartbeat_seconds" -> heartbeat = number(key, entry.getValue(), 1, 300);
                case "unknown_after_seconds" ->
                        unknownAfter = number(key, entry.getValue(), 1, 86_400);
                default -> problems.add(key + ": unknown key");
            }
        }
        return new ControllerConfig(
                config.stateDir(),
                config.listen(),
                config.advertise(),
                config.databaseUrl(),
                heartbeat,
                unknownAfter,
                config.querySilenceSeconds(),
                config.enrollmentBurst());
    }

    private Optional<String> text(String key, JsonNode value) {
        if (!value.isString()) {
            problems.add(key + ": a text in quotes is needed");
            return Optional.empty();
        }
        return Optional.of(value.stringValue());
    }

    private List<String> texts(String key, JsonNode value) {
        var texts = new ArrayList<String>();
        if (!value.isArray()) {
            problems.add(key + ": a list of texts is needed");
        }
        for (JsonNode item : value) {
            text(key, item).ifPresent(texts::add);
        }
        return texts;
    }

    private int number(String key, JsonNode value, int least, int most) {
        if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
            problems.add(key + ": a number between " + least + " and " + most + " is needed");
            return least;
        }
        return value.intValue();
    }
}
