package dev.holdfast.engine.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// A storage in memory. Safe for use by many threads.
public final class MemoryBackend implements Backend {
    private final Map<String, byte[]> files = new ConcurrentSkipListMap<>();

    /// All files by path, to look at and to damage.
    public Map<String, byte[]> files() {
        return files;
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public int connections() {
        return 4;
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public void create() throws InterruptedException {
        throwIfInterrupted();
    }

    @Override
    public void save(Handle handle, byte[] bytes, int offset, int length)
            throws InterruptedException {
        throwIfInterrupted();
        files.put(handle.path(), Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public byte[] load(Handle handle) throws BackendException, InterruptedException {
        return file(handle).clone();
    }

    @Override
    public void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        byte[] file = file(handle);
        if (position + length > file.length) {
            throw new BackendException(
                    BackendException.Kind.RANGE, handle + " ends at " + file.length);
        }
        System.arraycopy(file, (int) position, target, offset, length);
    }

    @Override
    public long size(Handle handle) throws BackendException, InterruptedException {
        return file(handle).length;
    }

    @Override
    public List<Entry> list(FileType type) throws InterruptedException {
        throwIfInterrupted();
        List<Entry> entries = new ArrayList<>();
        files.forEach(
                (path, bytes) -> {
                    String name = path.substring(path.lastIndexOf('/') + 1);
                    try {
                        Handle handle = new Handle(type, name);
                        if (handle.path().equals(path)) {
                            entries.add(new Entry(handle, bytes.length));
                        }
                    } catch (IllegalArgumentException e) {
                        // a name that is no handle of the type
                    }
                });
        return entries;
    }

    @Override
    public void remove(Handle handle) throws InterruptedException {
        throwIfInterrupted();
        files.remove(handle.path());
    }

    @Override
    public void close() {}

    private byte[] file(Handle handle) throws BackendException, InterruptedException {
        throwIfInterrupted();
        byte[] file = files.get(handle.path());
        if (file == null) {
            throw new BackendException(BackendException.Kind.NOT_FOUND, "no file " + handle);
        }
        return file;
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
