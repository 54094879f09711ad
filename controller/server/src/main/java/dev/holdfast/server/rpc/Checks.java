package dev.holdfast.server.rpc;

import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.id.IdSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Form of what operators send. Each refusal names the field.
final class Checks {
    private static final int MOST_ITEMS = 1000;
    private static final int LONGEST_PATH = 4096;

    private Checks() {}

    static void text(String field, String text, int longest) throws RequestException {
        if (text.length() > longest) {
            throw RequestException.invalid(field, "is longer than " + longest + " characters");
        }
        if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw RequestException.invalid(field, "holds control characters");
        }
    }

    static void texts(String field, List<String> texts, int longest) throws RequestException {
        if (texts.size() > MOST_ITEMS) {
            throw RequestException.invalid(field, "has more than " + MOST_ITEMS + " entries");
        }
        for (String text : texts) {
            if (text.isEmpty()) {
                throw RequestException.invalid(field, "holds an empty entry");
            }
            text(field, text, longest);
        }
    }

    static void absolutePath(String field, String path) throws RequestException {
        text(field, path, LONGEST_PATH);
        if (!path.startsWith("/")) {
            throw RequestException.invalid(
                    field, "\"" + path + "\" is not an absolute path of the agent's host");
        }
        if (Arrays.asList(path.split("/", -1)).contains("..")) {
            throw RequestException.invalid(field, "\"..\" is not allowed in a path");
        }
    }

    static void absolutePaths(String field, List<String> paths) throws RequestException {
        texts(field, paths, LONGEST_PATH);
        for (String path : paths) {
            absolutePath(field, path);
        }
    }

    static void labels(Map<String, String> labels) throws RequestException {
        if (labels.size() > 64) {
            throw RequestException.invalid("labels", "has more than 64 entries");
        }
        for (var label : labels.entrySet()) {
            if (!label.getKey().matches("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}")) {
                throw RequestException.invalid(
                        "labels", "\"" + label.getKey() + "\" is not the name of a label");
            }
            text("labels", label.getValue(), 200);
        }
    }

    static void runId(String id) throws RequestException {
        if (!id.isEmpty() && !IdSource.isUuid(id)) {
            throw RequestException.invalid("run_id", "a UUID in lower case is needed");
        }
    }

    /// `latest`, an id, or the beginning of one.
    static void snapshot(String snapshot) throws RequestException {
        if (snapshot.isEmpty()) {
            throw RequestException.invalid("snapshot", "is missing: an id or \"latest\"");
        }
        if (!snapshot.equals("latest") && !snapshot.matches("[0-9a-f]{4,64}")) {
            throw RequestException.invalid(
                    "snapshot",
                    "\"" + snapshot + "\" is neither \"latest\" nor at least 4 digits of an id");
        }
    }
}
