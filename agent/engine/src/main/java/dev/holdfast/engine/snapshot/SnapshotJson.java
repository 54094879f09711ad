package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.json.Timestamp;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Snapshots as JSON (repository format, section 10).
final class SnapshotJson {
    private SnapshotJson() {}

    static byte[] write(Snapshot snapshot) {
        JsonWriter json = new JsonWriter();
        json.beginObject();
        json.name("time").time(snapshot.time());
        snapshot.parent().ifPresent(id -> json.name("parent").id(id.hash()));
        json.name("tree").id(snapshot.tree().hash());
        writeList(json, "paths", snapshot.paths());
        writeText(json, "hostname", snapshot.hostname());
        writeText(json, "username", snapshot.username());
        writeNumber(json, "uid", snapshot.uid());
        writeNumber(json, "gid", snapshot.gid());
        if (!snapshot.excludes().isEmpty()) {
            writeList(json, "excludes", snapshot.excludes());
        }
        if (!snapshot.tags().isEmpty()) {
            writeList(json, "tags", snapshot.tags());
        }
        snapshot.original().ifPresent(id -> json.name("original").id(id.hash()));
        writeText(json, "program_version", snapshot.programVersion());
        snapshot.summary().ifPresent(summary -> writeSummary(json, summary));
        json.endObject();
        return json.toBytes();
    }

    private static void writeList(JsonWriter json, String name, List<String> values) {
        json.name(name).beginArray();
        for (String value : values) {
            json.value(value);
        }
        json.endArray();
    }

    private static void writeText(JsonWriter json, String name, String value) {
        if (!value.isEmpty()) {
            json.name(name).value(value);
        }
    }

    private static void writeNumber(JsonWriter json, String name, long value) {
        if (value != 0) {
            json.name(name).unsigned(value);
        }
    }

    private static void writeSummary(JsonWriter json, SnapshotSummary summary) {
        json.name("summary").beginObject();
        json.name("backup_start").time(summary.backupStart());
        json.name("backup_end").time(summary.backupEnd());
        json.name("files_new").unsigned(summary.filesNew());
        json.name("files_changed").unsigned(summary.filesChanged());
        json.name("files_unmodified").unsigned(summary.filesUnmodified());
        json.name("dirs_new").unsigned(summary.dirsNew());
        json.name("dirs_changed").unsigned(summary.dirsChanged());
        json.name("dirs_unmodified").unsigned(summary.dirsUnmodified());
        json.name("data_blobs").unsigned(summary.dataBlobs());
        json.name("tree_blobs").unsigned(summary.treeBlobs());
        json.name("data_added").unsigned(summary.dataAdded());
        json.name("data_added_packed").unsigned(summary.dataAddedPacked());
        json.name("total_files_processed").unsigned(summary.totalFilesProcessed());
        json.name("total_bytes_processed").unsigned(summary.totalBytesProcessed());
        json.endObject();
    }

    static Snapshot read(byte[] bytes) throws JsonException {
        JsonReader json = new JsonReader(bytes);
        Fields fields = new Fields();
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (json.peek() == JsonReader.Token.NULL) {
                json.skipValue();
            } else {
                fields.read(name, json);
            }
        }
        json.endObject();
        json.end();
        return fields.snapshot();
    }

    /// The fields of a snapshot as they come.
    private static final class Fields {
        private @Nullable Timestamp time;
        private Optional<SnapshotId> parent = Optional.empty();
        private @Nullable TreeId tree;
        private List<String> paths = List.of();
        private String hostname = "";
        private String username = "";
        private long uid;
        private long gid;
        private List<String> excludes = List.of();
        private List<String> tags = List.of();
        private Optional<SnapshotId> original = Optional.empty();
        private String programVersion = "";
        private Optional<SnapshotSummary> summary = Optional.empty();

        void read(String name, JsonReader json) throws JsonException {
            switch (name) {
                case "time" -> time = json.nextTime();
                case "parent" -> parent = Optional.of(new SnapshotId(json.nextId()));
                case "tree" -> tree = new TreeId(json.nextId());
                case "paths" -> paths = readList(json);
                case "hostname" -> hostname = json.nextString();
                case "username" -> username = json.nextString();
                case "uid" -> uid = json.nextUnsignedLong();
                case "gid" -> gid = json.nextUnsignedLong();
                case "excludes" -> excludes = readList(json);
                case "tags" -> tags = readList(json);
                case "original" -> original = Optional.of(new SnapshotId(json.nextId()));
                case "program_version" -> programVersion = json.nextString();
                case "summary" -> summary = readSummary(json);
                default -> json.skipValue();
            }
        }

        Snapshot snapshot() throws JsonException {
            if (time == null || tree == null) {
                throw new JsonException("a snapshot without time or tree", -1);
            }
            return new Snapshot(
                    time,
                    parent,
                    tree,
                    paths,
                    hostname,
                    username,
                    uid,
                    gid,
                    excludes,
                    tags,
                    original,
                    programVersion,
                    summary);
        }
    }

    private static List<String> readList(JsonReader json) throws JsonException {
        List<String> values = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            values.add(json.nextString());
        }
        json.endArray();
        return values;
    }

    /// A summary without its two times tells nothing that can be relied on: none, then.
    private static Optional<SnapshotSummary> readSummary(JsonReader json) throws JsonException {
        Timestamp start = null;
        Timestamp end = null;
        Map<String, Long> numbers = new HashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            switch (name) {
                case "backup_start" -> start = json.nextTime();
                case "backup_end" -> end = json.nextTime();
                default -> {
                    if (json.peek() == JsonReader.Token.NUMBER) {
                        numbers.put(name, json.nextUnsignedLong());
                    } else {
                        json.skipValue();
                    }
                }
            }
        }
        json.endObject();
        if (start == null || end == null) {
            return Optional.empty();
        }
        return Optional.of(
                new SnapshotSummary(
                        start,
                        end,
                        numbers.getOrDefault("files_new", 0L),
                        numbers.getOrDefault("files_changed", 0L),
                        numbers.getOrDefault("files_unmodified", 0L),
                        numbers.getOrDefault("dirs_new", 0L),
                        numbers.getOrDefault("dirs_changed", 0L),
                        numbers.getOrDefault("dirs_unmodified", 0L),
                        numbers.getOrDefault("data_blobs", 0L),
                        numbers.getOrDefault("tree_blobs", 0L),
                        numbers.getOrDefault("data_added", 0L),
                        numbers.getOrDefault("data_added_packed", 0L),
                        numbers.getOrDefault("total_files_processed", 0L),
                        numbers.getOrDefault("total_bytes_processed", 0L)));
    }
}
