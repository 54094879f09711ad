package dev.holdfast.engine.archiver;

import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.FileAccessException.Kind;
import dev.holdfast.engine.filesystem.FileSource;
import dev.holdfast.engine.filesystem.FileStatus;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.FileMode;
import dev.holdfast.engine.snapshot.NodeType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Files in memory, which fail, vanish and change where a test says so. Paths are text here.
final class MemoryFileSource implements FileSource {
    private final String workingDirectory;
    private final SortedMap<String, Item> items = new TreeMap<>();
    private final Map<String, Kind> openFailures = new HashMap<>();
    private final Map<String, Integer> readFailures = new HashMap<>();
    private final Map<String, Kind> statusFailures = new HashMap<>();
    private final Map<String, Runnable> beforeOpen = new HashMap<>();
    private long inodes = 10;
    private int filesOpened;

    private record Item(FileStatus status, List<Byte> content) {}

    MemoryFileSource(String workingDirectory) {
        this.workingDirectory = workingDirectory;
        items.put("/", new Item(status(NodeType.DIRECTORY, 0, 1), List.of()));
    }

    /// Adds a file and the directories above it.
    MemoryFileSource file(String path, String content) {
        return file(path, content, 1_000);
    }

    MemoryFileSource file(String path, String content, long mtime) {
        directory(path.substring(0, Math.max(1, path.lastIndexOf('/'))));
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        items.put(path, new Item(status(NodeType.FILE, bytes.length, mtime), list(bytes)));
        return this;
    }

    MemoryFileSource special(String path, NodeType type) {
        directory(path.substring(0, Math.max(1, path.lastIndexOf('/'))));
        items.put(path, new Item(status(type, 0, 1), List.of()));
        return this;
    }

    MemoryFileSource directory(String path) {
        for (int at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
            addDirectory(path.substring(0, at));
        }
        addDirectory(path);
        return this;
    }

    private void addDirectory(String path) {
        items.computeIfAbsent(path, _ -> new Item(status(NodeType.DIRECTORY, 0, 1), List.of()));
    }

    MemoryFileSource remove(String path) {
        items.remove(path);
        return this;
    }

    MemoryFileSource failOpen(String path, Kind kind) {
        openFailures.put(path, kind);
        return this;
    }

    MemoryFileSource failStatus(String path, Kind kind) {
        statusFailures.put(path, kind);
        return this;
    }

    MemoryFileSource failReadAt(String path, int position) {
        readFailures.put(path, position);
        return this;
    }

    MemoryFileSource beforeOpen(String path, Runnable action) {
        beforeOpen.put(path, action);
        return this;
    }

    int filesOpened() {
        return filesOpened;
    }

    private FileStatus status(NodeType type, long size, long mtime) {
        int mode = type == NodeType.DIRECTORY ? FileMode.DIRECTORY | 0755 : 0644;
        long inode = inodes++;
        return new FileStatus(type, mode, 0, 0, inode, 1, size, 1, 0, mtime, 0, mtime, 5, mtime, 6);
    }

    private static List<Byte> list(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            boxed[i] = bytes[i];
        }
        return List.of(boxed);
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }

    private Item item(String path) throws FileAccessException {
        Item item = items.get(path);
        if (item == null) {
            throw new FileAccessException(Kind.NOT_FOUND, "no " + path, null);
        }
        return item;
    }

    private static void fail(Map<String, Kind> failures, String path) throws FileAccessException {
        Kind kind = failures.get(path);
        if (kind != null) {
            throw new FileAccessException(kind, "failing " + path, null);
        }
    }

    @Override
    public byte[] absolute(byte[] path) {
        return RawPath.isAbsolute(path) ? path : RawPath.child(RawPath.of(workingDirectory), path);
    }

    @Override
    public Directory openDirectory(byte[] path) throws FileAccessException {
        return open(text(RawPath.clean(path)));
    }

    private MemoryDirectory open(String path) throws FileAccessException {
        if (item(path).status().type() != NodeType.DIRECTORY) {
            throw new FileAccessException(Kind.KIND_CHANGED, "no directory " + path, null);
        }
        fail(openFailures, path);
        return new MemoryDirectory(path);
    }

    @Override
    public String userName(long uid) {
        return "";
    }

    @Override
    public String groupName(long gid) {
        return "";
    }

    @Override
    public void close() {}

    private final class MemoryDirectory implements Directory {
        private final String path;

        MemoryDirectory(String path) {
            this.path = path;
        }

        private String child(byte[] name) {
            return (path.equals("/") ? "/" : path + "/") + text(name);
        }

        @Override
        public FileStatus status() throws FileAccessException {
            return item(path).status();
        }

        @Override
        public List<byte[]> list() {
            String prefix = path.equals("/") ? "/" : path + "/";
            return items.keySet().stream()
                    .filter(key -> key.startsWith(prefix) && key.length() > prefix.length())
                    .map(key -> key.substring(prefix.length()))
                    .filter(name -> name.indexOf('/') < 0)
                    .map(RawPath::of)
                    .sorted(Arrays::compareUnsigned)
                    .toList();
        }

        @Override
        public FileStatus status(byte[] name) throws FileAccessException {
            fail(statusFailures, child(name));
            return item(child(name)).status();
        }

        @Override
        public Directory openDirectory(byte[] name) throws FileAccessException {
            return open(child(name));
        }

        @Override
        public OpenFile openFile(byte[] name) throws FileAccessException {
            String file = child(name);
            beforeOpen.getOrDefault(file, () -> {}).run();
            fail(openFailures, file);
            filesOpened++;
            return new MemoryFile(file, item(file));
        }

        @Override
        public byte[] readLink(byte[] name) {
            return name;
        }

        @Override
        public List<ExtendedAttribute> extendedAttributes(
                byte[] name, UnreadableAttribute unreadable) {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private final class MemoryFile implements OpenFile {
        private final String path;
        private final Item item;
        private int position;

        MemoryFile(String path, Item item) {
            this.path = path;
            this.item = item;
        }

        @Override
        public FileStatus status() {
            return item.status();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws FileAccessException {
            int end = Math.min(item.content().size(), position + Math.min(length, 3));
            int failure = readFailures.getOrDefault(path, Integer.MAX_VALUE);
            if (position >= failure) {
                throw new FileAccessException(Kind.IO, "failing to read " + path, null);
            }
            int count = end - position;
            for (int i = 0; i < count; i++) {
                target[offset + i] = item.content().get(position++);
            }
            return count;
        }

        @Override
        public void close() {}
    }
}
