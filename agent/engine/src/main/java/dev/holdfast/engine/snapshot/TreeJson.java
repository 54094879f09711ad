package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;
import dev.holdfast.engine.json.JsonReader.Token;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.json.QuotedName;
import dev.holdfast.engine.json.Timestamp;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Trees as JSON, exact to the byte (repository format, section 11).
final class TreeJson {
    private TreeJson() {}

    /// What was read.
    ///
    /// @param complete whether the nodes hold everything that was there
    record Reading(List<Node> nodes, boolean complete) {}

    static void write(List<Node> nodes, JsonWriter json) {
        json.beginObject().name("nodes").beginArray();
        for (Node node : nodes) {
            write(node, json);
        }
        json.endArray().endObject().newline();
    }

    private static void write(Node node, JsonWriter json) {
        json.beginObject();
        json.name("name").quotedName(node.name());
        json.name("type").value(node.type().label());
        writeNumber(json, "mode", Integer.toUnsignedLong(node.mode()));
        json.name("mtime").time(node.mtime());
        json.name("atime").time(node.atime());
        json.name("ctime").time(node.ctime());
        json.name("uid").unsigned(node.uid());
        json.name("gid").unsigned(node.gid());
        writeText(json, "user", node.user());
        writeText(json, "group", node.group());
        writeNumber(json, "inode", node.inode());
        writeNumber(json, "device_id", node.deviceId());
        writeNumber(json, "size", node.size());
        writeNumber(json, "links", node.links());
        writeLinkTarget(json, node.linkTarget());
        writeAttributes(json, node.extendedAttributes());
        if (node.genericAttributes().length > 0) {
            json.name("generic_attributes").raw(node.genericAttributes());
        }
        writeNumber(json, "device", node.device());
        writeContent(json, node);
        node.subtree().ifPresent(id -> json.name("subtree").id(id.hash()));
        json.endObject();
    }

    private static void writeNumber(JsonWriter json, String name, long value) {
        if (value != 0) {
            json.name(name).unsigned(value);
        }
    }

    private static void writeText(JsonWriter json, String name, String value) {
        if (!value.isEmpty()) {
            json.name(name).value(value);
        }
    }

    private static void writeLinkTarget(JsonWriter json, byte[] target) {
        if (target.length > 0) {
            json.name("linktarget").rawString(target);
            if (!isUtf8(target)) {
                json.name("linktarget_raw").base64(target);
            }
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    }

    private static void writeAttributes(JsonWriter json, List<ExtendedAttribute> attributes) {
        if (attributes.isEmpty()) {
            return;
        }
        json.name("extended_attributes").beginArray();
        for (ExtendedAttribute attribute : attributes) {
            json.beginObject();
            json.name("name").rawString(attribute.name());
            json.name("value").base64(attribute.value());
            json.endObject();
        }
        json.endArray();
    }

    private static void writeContent(JsonWriter json, Node node) {
        json.name("content");
        if (node.type() != NodeType.FILE) {
            json.nullValue();
            return;
        }
        json.beginArray();
        for (BlobId id : node.content()) {
            json.id(id.hash());
        }
        json.endArray();
    }

    static Reading read(byte[] bytes) throws JsonException {
        JsonReader json = new JsonReader(bytes);
        List<Node> nodes = null;
        boolean complete = true;
        json.beginObject();
        while (json.hasNext()) {
            if (json.nextName().equals("nodes") && nodes == null) {
                nodes = new ArrayList<>();
                json.beginArray();
                while (json.hasNext()) {
                    NodeFields fields = new NodeFields();
                    nodes.add(fields.read(json));
                    complete &= fields.complete;
                }
                json.endArray();
            } else {
                json.skipValue();
                complete = false;
            }
        }
        json.endObject();
        json.end();
        if (nodes == null) {
            throw new JsonException("a tree without nodes", -1);
        }
        return new Reading(nodes, complete);
    }

    /// The fields of one node as they come.
    private static final class NodeFields {
        private static final byte[] NO_NAME = {};

        private final Node.Builder node = Node.builder(NO_NAME, NodeType.FILE);
        private boolean named;
        private @Nullable NodeType type;
        private @Nullable Timestamp modified;
        private boolean rawTarget;
        private boolean listed; // content is a list, not null
        private boolean complete = true;

        Node read(JsonReader json) throws JsonException {
            json.beginObject();
            while (json.hasNext()) {
                String name = json.nextName();
                if (json.peek() == Token.NULL) {
                    json.skipValue();
                    complete &= name.equals("content");
                } else {
                    readField(name, json);
                }
            }
            json.endObject();
            if (!named || type == null || modified == null) {
                throw new JsonException("a node without name, type or mtime", -1);
            }
            complete &= listed == (type == NodeType.FILE);
            return node.type(type).mtime(modified).build();
        }

        private void readField(String name, JsonReader json) throws JsonException {
            switch (name) {
                case "name" -> {
                    node.name(QuotedName.unquote(json.nextBytes()));
                    named = true;
                }
                case "type" -> type = readType(json);
                case "mode" -> node.mode(readMode(json));
                case "mtime" -> modified = json.nextTime();
                case "atime" -> node.atime(json.nextTime());
                case "ctime" -> node.ctime(json.nextTime());
                case "uid" -> node.uid(json.nextUnsignedLong());
                case "gid" -> node.gid(json.nextUnsignedLong());
                case "user" -> node.user(json.nextString());
                case "group" -> node.group(json.nextString());
                case "inode" -> node.inode(json.nextUnsignedLong());
                case "device_id" -> node.deviceId(json.nextUnsignedLong());
                case "size" -> node.size(json.nextUnsignedLong());
                case "links" -> node.links(json.nextUnsignedLong());
                case "linktarget" -> {
                    byte[] target = json.nextBytes();
                    if (!rawTarget) {
                        node.linkTarget(target);
                    }
                }
                case "linktarget_raw" -> {
                    node.linkTarget(json.nextBase64());
                    rawTarget = true;
                }
                case "extended_attributes" -> node.extendedAttributes(readAttributes(json));
                case "generic_attributes" -> node.genericAttributes(json.nextRaw());
                case "device" -> node.device(json.nextUnsignedLong());
                case "content" -> {
                    node.content(readContent(json));
                    listed = true;
                }
                case "subtree" -> node.subtree(new TreeId(json.nextId()));
                default -> {
                    json.skipValue();
                    complete = false;
                }
            }
        }

        private static NodeType readType(JsonReader json) throws JsonException {
            String label = json.nextString();
            NodeType type = NodeType.of(label);
            if (type == null) {
                throw new JsonException("a node of unknown type " + label, -1);
            }
            return type;
        }

        private static int readMode(JsonReader json) throws JsonException {
            long mode = json.nextLong();
            if (mode < 0 || mode > 0xffff_ffffL) {
                throw new JsonException("not a mode of 32 bits: " + mode, -1);
            }
            return (int) mode;
        }

        private static List<BlobId> readContent(JsonReader json) throws JsonException {
            List<BlobId> ids = new ArrayList<>();
            json.beginArray();
            while (json.hasNext()) {
                ids.add(new BlobId(json.nextId()));
            }
            json.endArray();
            return List.copyOf(ids);
        }

        private List<ExtendedAttribute> readAttributes(JsonReader json) throws JsonException {
            List<ExtendedAttribute> attributes = new ArrayList<>();
            json.beginArray();
            while (json.hasNext()) {
                attributes.add(readAttribute(json));
            }
            json.endArray();
            return List.copyOf(attributes);
        }

        private ExtendedAttribute readAttribute(JsonReader json) throws JsonException {
            byte[] name = NO_NAME;
            byte[] value = {};
            json.beginObject();
            while (json.hasNext()) {
                switch (json.nextName()) {
                    case "name" -> name = json.nextBytes();
                    case "value" -> {
                        if (json.peek() == Token.NULL) {
                            json.skipValue();
                        } else {
                            value = json.nextBase64();
                        }
                    }
                    default -> {
                        json.skipValue();
                        complete = false;
                    }
                }
            }
            json.endObject();
            return new ExtendedAttribute(name, value);
        }
    }
}
