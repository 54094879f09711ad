package dev.holdfast.engine.repository;

import dev.holdfast.engine.chunker.Polynomial;
import dev.holdfast.engine.id.Sha256;

/// What holds for a whole repository (repository format, section 3).
///
/// @param version of the format
/// @param id 64 hex digits, random
/// @param polynomial that cuts files into chunks
public record Config(int version, String id, Polynomial polynomial) {
    static final int VERSION_MIN = 1;
    static final int VERSION_MAX = 2;

    public Config {
        if (version < VERSION_MIN || version > VERSION_MAX || !Sha256.isHex(id)) {
            throw new IllegalArgumentException("no config: version " + version + ", id " + id);
        }
    }

    /// Whether blobs and unpacked files may be compressed.
    public boolean compresses() {
        return version >= 2;
    }
}
