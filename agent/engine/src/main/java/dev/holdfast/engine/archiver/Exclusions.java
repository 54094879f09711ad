package dev.holdfast.engine.archiver;

import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.FileSource;
import dev.holdfast.engine.filesystem.FileStatus;
import dev.holdfast.engine.filesystem.PathFilter;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.snapshot.NodeType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Decides what a backup leaves out (repository format, section 16). Used by one thread.
final class Exclusions {
    private static final String CACHE_TAG =
            "CACHEDIR.TAG:Signature: 8a477f597d28d172789f06886806bc55";

    private final PathFilter filter;
    private final List<Marker> markers = new ArrayList<>();
    private final long sizeMax;
    private final boolean oneFileSystem;
    private final Outcomes outcomes;

    /// @throws IllegalArgumentException for a broken pattern
    Exclusions(ArchiveOptions options, Outcomes outcomes) {
        this.filter = PathFilter.of(options.excludes());
        this.sizeMax = options.excludeLargerThan();
        this.oneFileSystem = options.oneFileSystem();
        this.outcomes = outcomes;
        options.excludeIfPresent().forEach(text -> markers.add(Marker.parse(text)));
        if (options.excludeCaches()) {
            markers.add(Marker.parse(CACHE_TAG));
        }
    }

    /// Whether the item at an absolute path is left out by its name.
    boolean excludesPath(byte[] path) {
        return filter.matches(path);
    }

    /// Whether an item is left out for its size, or lies on another file system than its target
    /// without being a place where one is mounted.
    boolean excludesStatus(FileStatus status, long targetDevice) {
        return status.type() != NodeType.DIRECTORY
                && (status.size() > sizeMax || isForeign(status, targetDevice));
    }

    /// Whether nothing below a directory is stored, since it is on another file system.
    boolean isForeign(FileStatus status, long targetDevice) {
        return oneFileSystem && status.deviceId() != targetDevice;
    }

    /// What of a directory's entries remains: all, or only the file that marks the directory.
    List<byte[]> remaining(FileSource.Directory directory, byte[] path, List<byte[]> names) {
        for (Marker marker : markers) {
            int at = Collections.binarySearch(names, marker.name(), Arrays::compareUnsigned);
            if (at >= 0 && isMarked(directory, path, marker)) {
                return List.of(names.get(at));
            }
        }
        return names;
    }

    private boolean isMarked(FileSource.Directory directory, byte[] path, Marker marker) {
        if (marker.header().length == 0) {
            return true;
        }
        byte[] start = new byte[marker.header().length];
        try (FileSource.OpenFile file = directory.openFile(marker.name())) {
            int length = 0;
            int count = 1;
            while (count > 0 && length < start.length) {
                count = file.read(start, length, start.length - length);
                length += count;
            }
        } catch (FileAccessException e) {
            outcomes.addMetadata(RawPath.child(path, marker.name()), e);
            return false;
        }
        return Arrays.equals(start, marker.header());
    }

    /// A file whose presence leaves out what lies beside it.
    private static final class Marker {
        private final byte[] name;
        private final byte[] header;

        private Marker(byte[] name, byte[] header) {
            this.name = name;
            this.header = header;
        }

        static Marker parse(String text) {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            if (name.isEmpty() || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException("not the name of a file: \"" + name + "\"");
            }
            return new Marker(
                    RawPath.of(name), RawPath.of(colon < 0 ? "" : text.substring(colon + 1)));
        }

        byte[] name() {
            return name;
        }

        byte[] header() {
            return header;
        }
    }
}
