package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.repository.index.BlobIndex;
import dev.holdfast.engine.repository.index.IndexFormatException;
import dev.holdfast.engine.repository.index.IndexJson;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Loads all index files of a repository, several at once.
final class IndexLoad {
    /// Stored bytes that a blob takes in an index file at least: its id does not compress.
    private static final int BLOB_BYTES = 48;

    /// Files in memory at once: one may have tens of megabytes of JSON.
    private static final int FILES_MAX = 8;

    private IndexLoad() {}

    static BlobIndex load(Repository repository) throws IOException, InterruptedException {
        List<Backend.Entry> files = repository.backend().list(FileType.INDEX);
        long bytes = files.stream().mapToLong(Backend.Entry::size).sum();
        BlobIndex index = new BlobIndex();
        index.reserve((int) Math.min(1 << 28, bytes / BLOB_BYTES / 2));
        Queue<Backend.Entry> left = new ConcurrentLinkedQueue<>(files);
        int readers = Math.min(FILES_MAX, Math.min(files.size(), readersOf(repository)));
        try (TaskGroup group = TaskGroup.ofVirtual("index")) {
            for (int i = 0; i < readers; i++) {
                group.fork(
                        "reader " + i,
                        () -> {
                            for (Backend.Entry f = left.poll(); f != null; f = left.poll()) {
                                load(repository, f.handle().name(), index);
                            }
                            return true;
                        });
            }
            group.join(IOException.class);
        }
        return index;
    }

    private static int readersOf(Repository repository) {
        return Math.max(1, repository.backend().connections());
    }

    private static void load(Repository repository, String name, BlobIndex index)
            throws IOException, InterruptedException {
        byte[] json = repository.loadUnpacked(FileType.INDEX, name);
        try {
            IndexJson.read(json, repository.config().compresses(), index::add);
        } catch (IndexFormatException e) {
            throw RepositoryException.corrupt("index/" + name + " " + e.getMessage(), e);
        }
    }
}
