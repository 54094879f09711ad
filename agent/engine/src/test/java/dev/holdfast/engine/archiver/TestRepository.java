package dev.holdfast.engine.archiver;

import dev.holdfast.engine.backend.MemoryBackend;
import dev.holdfast.engine.chunker.Polynomial;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.filesystem.FileSource;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryContext;
import dev.holdfast.engine.repository.RepositoryOptions;
import dev.holdfast.engine.repository.UploadOptions;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.Snapshot;
import dev.holdfast.engine.snapshot.TreeLoader;
import dev.holdfast.engine.snapshot.TreeWalk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A repository in memory that tests back up to and look into.
final class TestRepository implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-03-04T05:06:07.000000008Z");
    static final UploadOptions UPLOAD = UploadOptions.defaults(2);

    private final MemoryBackend backend = new MemoryBackend();
    private final Repository repository;
    private Instant now = NOW;
    private IndexedRepository index;

    TestRepository() throws IOException, InterruptedException {
        try (Secret password = Secret.of("secret".toCharArray())) {
            repository =
                    Repository.init(
                            backend,
                            password,
                            new RepositoryOptions(
                                    2,
                                    Optional.of(Polynomial.parse("3da3358b4dc173")),
                                    new ScryptParameters(2, 1, 1)),
                            new RepositoryContext(clock(), new SecureRandom(), "host", "tester"));
        }
        index = repository.index();
    }

    private InstantSource clock() {
        return () -> now;
    }

    MemoryBackend backend() {
        return backend;
    }

    Repository repository() {
        return repository;
    }

    /// Loads the index anew.
    IndexedRepository index() throws IOException, InterruptedException {
        index = repository.index();
        return index;
    }

    static ArchiveOptions.Builder options() {
        return ArchiveOptions.builder("host", UPLOAD);
    }

    /// Backs up a second later than the last time.
    ArchiveResult archive(FileSource source, ArchiveOptions options, String... targets)
            throws IOException, InterruptedException {
        return archive(source, options, ArchiveListener.NONE, targets);
    }

    ArchiveResult archive(
            FileSource source, ArchiveOptions options, ArchiveListener listener, String... targets)
            throws IOException, InterruptedException {
        now = now.plusSeconds(1);
        List<byte[]> paths = new ArrayList<>();
        for (String target : targets) {
            paths.add(RawPath.of(target));
        }
        return new Archiver(index(), source, options, listener, clock(), ZoneOffset.UTC).run(paths);
    }

    /// All nodes by path for people; directories end with `/`.
    Map<String, Node> nodes(Snapshot snapshot) throws IOException, InterruptedException {
        Map<String, Node> nodes = new TreeMap<>();
        new TreeWalk(new TreeLoader(index()))
                .walk(
                        snapshot.tree(),
                        RawPath.of("/"),
                        (path, node) -> {
                            boolean directory = node.type() == NodeType.DIRECTORY;
                            nodes.put(RawPath.display(path) + (directory ? "/" : ""), node);
                            return true;
                        });
        return nodes;
    }

    /// The content of a file, with the index that was loaded last.
    byte[] content(Node node) throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (BlobId id : node.content()) {
            bytes.write(index.loadBlob(BlobType.DATA, id));
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        repository.close();
    }
}
