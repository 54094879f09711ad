package dev.holdfast.engine.repository.index;

import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.repository.pack.PackEntry;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads and writes the JSON of index files (repository format, section 9). What lists packs that
/// an index replaces is passed over, as are unknown members.
public final class IndexJson {
    private IndexJson() {}

    /// Reads a file and hands over each pack that has blobs.
    ///
    /// @param compresses whether the repository's version has compressed blobs
    public static void read(byte[] json, boolean compresses, BlobIndex.PackAction action)
            throws IndexFormatException {
        try {
            JsonReader reader = new JsonReader(json);
            reader.beginObject();
            while (reader.hasNext()) {
                if (reader.nextName().equals("packs")) {
                    if (reader.peek() == JsonReader.Token.NULL) {
                        reader.nextNull();
                    } else {
                        readPacks(reader, compresses, action);
                    }
                } else {
                    reader.skipValue();
                }
            }
            reader.endObject();
            reader.end();
        } catch (JsonException e) {
            throw new IndexFormatException(
                    "is damaged at byte " + e.position() + ": " + e.getMessage(), e);
        }
    }

    /// Writes packs in the order given.
    public static byte[] write(Map<PackId, List<PackEntry>> packs) {
        JsonWriter writer = new JsonWriter();
        writer.beginObject().name("packs").beginArray();
        packs.forEach(
                (pack, entries) -> {
                    writer.beginObject().name("id").id(pack.hash());
                    writer.name("blobs").beginArray();
                    entries.forEach(entry -> writeBlob(writer, entry));
                    writer.endArray().endObject();
                });
        return writer.endArray().endObject().newline().toBytes();
    }

    private static void writeBlob(JsonWriter writer, PackEntry entry) {
        writer.beginObject().name("id").id(entry.id().hash());
        writer.name("type").value(entry.type().label());
        writer.name("offset").value(entry.offset());
        writer.name("length").value(entry.length());
        if (entry.uncompressedLength() != 0) {
            writer.name("uncompressed_length").value(entry.uncompressedLength());
        }
        writer.endObject();
    }

    private static void readPacks(
            JsonReader reader, boolean compresses, BlobIndex.PackAction action)
            throws JsonException, IndexFormatException {
        reader.beginArray();
        while (reader.hasNext()) {
            Sha256 id = null;
            List<PackEntry> entries = new ArrayList<>();
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "id" -> id = reader.nextId();
                    case "blobs" -> readBlobs(reader, compresses, entries);
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
            if (id == null || id.isZero()) {
                throw new IndexFormatException("has a pack without an id", null);
            }
            if (!entries.isEmpty()) {
                action.accept(new PackId(id), entries);
            }
        }
        reader.endArray();
    }

    private static void readBlobs(JsonReader reader, boolean compresses, List<PackEntry> entries)
            throws JsonException, IndexFormatException {
        if (reader.peek() == JsonReader.Token.NULL) {
            reader.nextNull();
            return;
        }
        reader.beginArray();
        while (reader.hasNext()) {
            entries.add(readBlob(reader, compresses));
        }
        reader.endArray();
    }

    private static PackEntry readBlob(JsonReader reader, boolean compresses)
            throws JsonException, IndexFormatException {
        Sha256 id = null;
        BlobType type = null;
        long offset = -1;
        long length = -1;
        long uncompressed = 0;
        reader.beginObject();
        while (reader.hasNext()) {
            switch (reader.nextName()) {
                case "id" -> id = reader.nextId();
                case "type" -> type = type(reader.nextString());
                case "offset" -> offset = reader.nextLong();
                case "length" -> length = reader.nextLong();
                case "uncompressed_length" -> uncompressed = reader.nextLong();
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        if (id == null || id.isZero() || type == null) {
            throw new IndexFormatException("has a blob without an id or a type", null);
        }
        if (uncompressed != 0 && !compresses) {
            throw new IndexFormatException(
                    "has a compressed blob, which version 1 of the format has not", null);
        }
        if (offset < 0
                || length < SealedBox.OVERHEAD
                || uncompressed < 0
                || uncompressed > Integer.MAX_VALUE
                || length > Integer.MAX_VALUE - offset) {
            throw new IndexFormatException(
                    "has an impossible place for blob "
                            + id
                            + ": offset "
                            + offset
                            + ", length "
                            + length
                            + ", uncompressed length "
                            + uncompressed,
                    null);
        }
        return new PackEntry(type, new BlobId(id), (int) offset, (int) length, (int) uncompressed);
    }

    private static @Nullable BlobType type(String label) throws IndexFormatException {
        for (BlobType type : BlobType.values()) {
            if (type.label().equals(label)) {
                return type;
            }
        }
        throw new IndexFormatException("has a blob of unknown type", null);
    }
}
