package dev.holdfast.engine.restorer;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.Timestamp;
import dev.holdfast.engine.repository.BlobUploader;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryContext;
import dev.holdfast.engine.repository.RepositoryOptions;
import dev.holdfast.engine.repository.UploadOptions;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.Snapshot;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.Tree;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Writes snapshots by hand into a new repository, also such as no archiver would write.
final class SnapshotBuilder implements AutoCloseable {
    static final Timestamp TIME = new Timestamp(1_600_000_000L, 123_456_789, 0);

    private static final RepositoryContext CONTEXT =
            new RepositoryContext(InstantSource.system(), new SecureRandom(), "host", "user");

    private final Repository repository;
    private BlobUploader uploader;

    SnapshotBuilder(Backend backend) throws Exception {
        repository =
                Repository.init(
                        backend,
                        Secret.of("password".getBytes(StandardCharsets.UTF_8)),
                        new RepositoryOptions(
                                2, Optional.empty(), new ScryptParameters(1024, 8, 1)),
                        CONTEXT);
        uploader = start();
    }

    private BlobUploader start() throws Exception {
        return repository.index().uploader(UploadOptions.defaults(2));
    }

    /// Stores a chunk.
    BlobId data(byte[] content) throws Exception {
        return store(BlobType.DATA, content);
    }

    /// Stores a directory; nodes in any order.
    TreeId tree(Node... nodes) throws Exception {
        Node[] sorted = nodes.clone();
        Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.name(), b.name()));
        return rawTree(new String(Tree.of(List.of(sorted)).toJson(), StandardCharsets.UTF_8));
    }

    /// Stores any bytes as a tree.
    TreeId rawTree(String json) throws Exception {
        return new TreeId(store(BlobType.TREE, raw(json)).hash());
    }

    /// The JSON of one node, for trees put together by hand.
    static String json(Node node) {
        String tree = new String(Tree.of(List.of(node)).toJson(), StandardCharsets.UTF_8);
        return tree.substring("{\"nodes\":[".length(), tree.length() - "]}\n".length());
    }

    static String treeOf(String... nodes) {
        return "{\"nodes\":[" + String.join(",", nodes) + "]}\n";
    }

    private BlobId store(BlobType type, byte[] content) throws Exception {
        return uploader.store(type, content, 0, content.length, () -> {}).get().id();
    }

    /// Ends the packs begun so far; what follows lies in others.
    void endPacks() throws Exception {
        uploader.finish();
        uploader.close();
        uploader = start();
    }

    /// The repository with everything stored so far.
    IndexedRepository finish() throws Exception {
        endPacks();
        return repository.index();
    }

    Repository repository() {
        return repository;
    }

    static SnapshotFile snapshot(TreeId tree) {
        return new SnapshotFile(
                new SnapshotId(new Sha256(1, 2, 3, 4)), Snapshot.builder(TIME, tree).build());
    }

    Node.Builder file(String name, byte[]... chunks) throws Exception {
        BlobId[] ids = new BlobId[chunks.length];
        long size = 0;
        for (int i = 0; i < chunks.length; i++) {
            ids[i] = data(chunks[i]);
            size += chunks[i].length;
        }
        return node(name, NodeType.FILE).mode(0644).size(size).links(1).content(List.of(ids));
    }

    static Node.Builder directory(String name, TreeId tree) {
        return node(name, NodeType.DIRECTORY).mode(1 << 31 | 0755).subtree(tree);
    }

    static Node.Builder symlink(String name, String target) {
        return node(name, NodeType.SYMLINK).mode(1 << 27 | 0777).links(1).linkTarget(raw(target));
    }

    static Node.Builder node(String name, NodeType type) {
        return Node.builder(raw(name), type).mtime(TIME);
    }

    static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        uploader.close();
        repository.close();
    }
}
