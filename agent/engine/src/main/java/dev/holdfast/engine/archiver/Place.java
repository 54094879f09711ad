package dev.holdfast.engine.archiver;

import dev.holdfast.engine.filesystem.FileSource;

/// Where the walk meets an entry.
final class Place {
    private final FileSource.Directory directory;
    private final byte[] path;
    private final PendingDirectory into;
    private final long device;
    private final int depth;

    /// @param directory on disk, which holds the entry
    /// @param path absolute path of the entry
    /// @param into takes its node
    /// @param device of the target above
    /// @param depth how many directories of the snapshot are above
    Place(
            FileSource.Directory directory,
            byte[] path,
            PendingDirectory into,
            long device,
            int depth) {
        this.directory = directory;
        this.path = path;
        this.into = into;
        this.device = device;
        this.depth = depth;
    }

    /// The same directory, another entry.
    Place withPath(byte[] other) {
        return new Place(directory, other, into, device, depth);
    }

    /// Within a directory that is the entry here, whose nodes go to `below`.
    Place inside(FileSource.Directory opened, PendingDirectory below) {
        return new Place(opened, path, below, device, depth + 1);
    }

    FileSource.Directory directory() {
        return directory;
    }

    byte[] path() {
        return path;
    }

    PendingDirectory into() {
        return into;
    }

    long device() {
        return device;
    }

    int depth() {
        return depth;
    }
}
