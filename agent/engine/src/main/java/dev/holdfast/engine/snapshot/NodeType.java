package dev.holdfast.engine.snapshot;

import org.jspecify.annotations.Nullable;

/// Kind of a node, with the word that trees use (repository format, section 11.3).
public enum NodeType {
    FILE("file"),
    DIRECTORY("dir"),
    SYMLINK("symlink"),
    BLOCK_DEVICE("dev"),
    CHARACTER_DEVICE("chardev"),
    FIFO("fifo"),
    SOCKET("socket"),
    IRREGULAR("irregular");

    private final String label;

    NodeType(String label) {
        this.label = label;
    }

    /// The word that trees use.
    public String label() {
        return label;
    }

    /// Whether nodes of this kind carry a link count.
    public boolean hasLinks() {
        return switch (this) {
            case FILE, SYMLINK, BLOCK_DEVICE, CHARACTER_DEVICE -> true;
            case DIRECTORY, FIFO, SOCKET, IRREGULAR -> false;
        };
    }

    /// The kind whose word is `label`; null for a word this engine does not know.
    static @Nullable NodeType of(String label) {
        for (NodeType type : values()) {
            if (type.label.equals(label)) {
                return type;
            }
        }
        return null;
    }
}
