package dev.holdfast.engine.backend;

/// The kinds of file in a repository and the folder of each (repository format, section 2).
public enum FileType {
    CONFIG(""),
    KEY("keys"),
    LOCK("locks"),
    SNAPSHOT("snapshots"),
    INDEX("index"),
    PACK("data");

    private final String folder;

    FileType(String folder) {
        this.folder = folder;
    }

    /// Folder below the repository's root; empty for the config, which lies in the root itself.
    public String folder() {
        return folder;
    }
}
