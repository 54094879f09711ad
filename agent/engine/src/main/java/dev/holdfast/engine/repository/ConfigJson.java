package dev.holdfast.engine.repository;

import dev.holdfast.engine.chunker.Polynomial;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;
import dev.holdfast.engine.json.JsonWriter;

/// Reads and writes the JSON of the config (repository format, section 3).
final class ConfigJson {
    private ConfigJson() {}

    static byte[] write(Config config) {
        JsonWriter writer = new JsonWriter();
        writer.beginObject().name("version").value(config.version());
        writer.name("id").value(config.id());
        writer.name("chunker_polynomial").value(config.polynomial().toString());
        return writer.endObject().toBytes();
    }

    static Config read(byte[] json) throws RepositoryException {
        long version = 0;
        String id = "";
        String polynomial = "";
        try {
            JsonReader reader = new JsonReader(json);
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "version" -> version = reader.nextLong();
                    case "id" -> id = reader.nextString();
                    case "chunker_polynomial" -> polynomial = reader.nextString();
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
            reader.end();
        } catch (JsonException e) {
            throw RepositoryException.corrupt("the config is no JSON of a config", e);
        }
        if (version < Config.VERSION_MIN || version > Config.VERSION_MAX) {
            throw new RepositoryException(
                    RepositoryException.Kind.UNSUPPORTED_VERSION,
                    "the repository has version " + version + " of the format",
                    "Use a newer Holdfast: this one knows versions 1 and 2.");
        }
        if (!Sha256.isHex(id)) {
            throw RepositoryException.corrupt("the config has no valid id", null);
        }
        return new Config((int) version, id, polynomial(polynomial));
    }

    private static Polynomial polynomial(String hex) throws RepositoryException {
        Polynomial polynomial;
        try {
            polynomial = Polynomial.parse(hex);
        } catch (IllegalArgumentException e) {
            throw RepositoryException.corrupt("the config has no valid chunker polynomial", e);
        }
        if (!polynomial.isIrreducible()) {
            throw RepositoryException.corrupt(
                    "the config's chunker polynomial is reducible: " + polynomial, null);
        }
        return polynomial;
    }
}
