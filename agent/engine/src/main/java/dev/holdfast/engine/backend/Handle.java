package dev.holdfast.engine.backend;

import dev.holdfast.engine.id.Sha256;

/// Names one file of a repository.
///
/// @param type kind of file
/// @param name 64 lower-case hex digits; `config` for the config
public record Handle(FileType type, String name) {
    private static final String CONFIG_NAME = "config";

    /// The one config file.
    public static final Handle CONFIG = new Handle(FileType.CONFIG, CONFIG_NAME);

    public Handle {
        if (type == FileType.CONFIG ? !name.equals(CONFIG_NAME) : !Sha256.isHex(name)) {
            throw new IllegalArgumentException("no name for a " + type + " file: " + name);
        }
    }

    /// Path below the repository's root with `/` between parts, as `data/61/61ed…` (repository
    /// format, section 2).
    public String path() {
        return switch (type) {
            case CONFIG -> name;
            case PACK -> type.folder() + "/" + name.substring(0, 2) + "/" + name;
            case KEY, LOCK, SNAPSHOT, INDEX -> type.folder() + "/" + name;
        };
    }

    @Override
    public String toString() {
        return path();
    }
}
