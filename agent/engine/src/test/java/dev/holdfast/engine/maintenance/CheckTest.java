package dev.holdfast.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;

import dev.holdfast.engine.TestRepositories;
import dev.holdfast.engine.Vectors;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.backend.MemoryBackend;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.Timestamp;
import dev.holdfast.engine.repository.BlobUploader;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.UploadOptions;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.Snapshot;
import dev.holdfast.engine.snapshot.Snapshots;
import dev.holdfast.engine.snapshot.Tree;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

class CheckTest {
    private static final Timestamp TIME = new Timestamp(1_600_000_000, 5, 0);

    private final MemoryBackend backend = new MemoryBackend();
    private final List<CheckFinding> told = new ArrayList<>();
    private Repository repository;
    private BlobUploader uploader;

    @BeforeEach
    void init() throws Exception {
        repository =
                Repository.init(
                        backend,
                        TestRepositories.secret(),
                        TestRepositories.options(2),
                        TestRepositories.context());
        uploader = repository.index().uploader(UploadOptions.defaults(2));
    }

    @AfterEach
    void close() {
        uploader.close();
        repository.close();
    }

    @Test
    void countsExactlyWhatItRead() throws Exception {
        snapshot(sample());
        CheckReport structure = check(false);
        CheckReport all = check(true);

        assertThat(all.clean()).isTrue();
        assertThat(all.hints()).isEmpty();
        assertThat(all.snapshots()).isEqualTo(1);
        assertThat(all.trees()).isEqualTo(2);
        assertThat(all.packs()).isEqualTo(2);
        assertThat(all.packsRead()).isEqualTo(2);
        assertThat(all.blobsRead()).isEqualTo(4);
        assertThat(all.bytesRead())
                .isEqualTo(
                        backend.list(FileType.PACK).stream()
                                .mapToLong(entry -> entry.size())
                                .sum());
        assertThat(structure.trees()).isEqualTo(2);
        assertThat(structure.packs()).isEqualTo(2);
        assertThat(structure.bytesRead()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsEveryFlippedBitOfAPack(long seed) throws Exception {
        snapshot(sample());
        Random random = new Random(seed);
        for (Handle pack : handles(FileType.PACK)) {
            byte[] intact = file(pack);
            for (int round = 0; round < 15; round++) {
                byte[] damaged = intact.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                backend.files().put(pack.path(), damaged);

                assertThat(check(true).errors())
                        .anyMatch(e -> e.object().equals("pack " + pack.name()));
            }
            backend.files().put(pack.path(), intact);
        }
        assertThat(check(true).clean()).isTrue();
    }

    @Test
    void findsMissingAndTruncatedPacksWithoutReadingData() throws Exception {
        snapshot(sample());
        Handle pack = handles(FileType.PACK).getFirst();
        byte[] intact = file(pack);

        backend.files().put(pack.path(), Arrays.copyOf(intact, intact.length - 1));
        assertThat(check(false).errors()).anyMatch(e -> e.message().contains("by the index"));
        backend.files().remove(pack.path());
        assertThat(check(false).errors()).anyMatch(e -> e.message().contains("there is no file"));
        assertThat(told).isNotEmpty();
    }

    @Test
    void findsWhatNoIndexHas() throws Exception {
        snapshot(sample());
        handles(FileType.INDEX).forEach(index -> backend.files().remove(index.path()));

        CheckReport report = check(true);

        assertThat(report.errors()).hasSize(1);
        assertThat(report.errors().getFirst().message())
                .contains("is not in the index", "snapshot");
        assertThat(report.hints()).hasSize(1);
        assertThat(report.hints().getFirst().message()).contains("is in no index");
    }

    @Test
    void oneBrokenSnapshotHidesNoOther() throws Exception {
        snapshot(sample());
        Handle broken = handles(FileType.SNAPSHOT).getFirst();
        snapshot(sample());
        file(broken)[50] ^= 1;

        CheckReport report = check(true);

        assertThat(report.errors()).hasSize(1);
        assertThat(report.errors().getFirst().object()).isEqualTo("snapshot " + broken.name());
        assertThat(report.snapshots()).isEqualTo(1);
        assertThat(report.trees()).isEqualTo(2);
    }

    @Test
    void aBrokenIndexIsAnError() throws Exception {
        snapshot(sample());
        Handle index = handles(FileType.INDEX).getFirst();
        file(index)[50] ^= 1;

        assertThat(check(false).errors())
                .singleElement()
                .satisfies(e -> assertThat(e.message()).contains(index.name()));
    }

    @Test
    void findsNodesThatAreWrong() throws Exception {
        BlobId data = store(BlobType.DATA, bytes("content"));
        String file = json(file("a", 7, data));
        findsInTree("strictly rising", treeOf(json(file("b", 7, data)), file));
        findsInTree("strictly rising", treeOf(file, file));
        findsInTree("a size of 8 and content of 7", treeOf(json(file("a", 8, data))));
        findsInTree(
                "not in the index", treeOf(json(file("a", 7, new BlobId(new Sha256(1, 2, 3, 4))))));
        findsInTree("has no tree", treeOf(json(node("d", NodeType.DIRECTORY).build())));
        findsInTree("no file name", treeOf(file.replace("\"a\"", "\"..\"")));
        findsInTree("no file name", treeOf(file.replace("\"a\"", "\"a/b\"")));
        findsInTree("of no kind", treeOf(json(node("i", NodeType.IRREGULAR).build())));
        findsInTree("unknown type", treeOf(file.replace("\"file\"", "\"door\"")));
        findsInTree("without nodes", "{\"nodez\":[]}\n");
        findsInTree(
                "not a time", treeOf(file.replaceAll("\"mtime\":\"[^\"]*\"", "\"mtime\":\"x\"")));
    }

    @Test
    void hintsAtTreesThatCannotBeRewritten() throws Exception {
        BlobId data = store(BlobType.DATA, bytes("content"));
        TreeId tree =
                rawTree(treeOf(json(file("a", 7, data)).replace("\"size\"", "\"x\":1,\"size\"")));
        snapshot(tree);

        CheckReport report = check(true);

        assertThat(report.clean()).isTrue();
        assertThat(report.hints()).singleElement().matches(e -> e.object().equals("tree " + tree));
    }

    @Test
    void findsLengthsThatHeaderAndIndexAgreeAboutWrongly() throws Exception {
        byte[] plain = bytes("twelve bytes");
        snapshot(sample());
        handMadePack(plain, plain.length - 1, plain.length - 1);

        assertThat(check(false).clean()).isTrue();
        assertThat(check(true).errors())
                .singleElement()
                .matches(e -> e.message().contains("does not decompress to 11 bytes"));
    }

    @Test
    void findsHeadersThatDifferFromTheIndex() throws Exception {
        byte[] plain = bytes("twelve bytes");
        snapshot(sample());
        handMadePack(plain, plain.length + 1, plain.length);

        assertThat(check(true).errors())
                .singleElement()
                .matches(e -> e.message().contains("list other blobs"));
    }

    @Test
    void findsIndexFilesThatDisagree() throws Exception {
        snapshot(sample());
        byte[] plain = bytes("twelve bytes");
        handMadePack(plain, plain.length, plain.length);
        assertThat(check(true).clean()).isTrue();
        Vectors pack =
                Vectors.parse(repository.loadUnpacked(FileType.INDEX, newestIndex))
                        .get("packs")
                        .list()
                        .getFirst();
        index(pack.get("id").text(), new BlobId(new Sha256(9, 9, 9, 9)), 60, 12);

        assertThat(check(true).errors()).anyMatch(e -> e.message().contains("disagree"));
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        snapshot(sample());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> check(true)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    private String newestIndex = "";

    private CheckReport check(boolean readData) throws Exception {
        told.clear();
        CheckListener listener =
                new CheckListener() {
                    @Override
                    public void error(CheckFinding error) {
                        told.add(error);
                    }
                };
        CheckReport report = new Check(repository, listener).run(new CheckOptions(readData));
        assertThat(told).isEqualTo(report.errors());
        assertThat(report.errorCount()).isEqualTo(report.errors().size());
        return report;
    }

    private void findsInTree(String message, String json) throws Exception {
        TreeId tree = rawTree(json);
        Handle snapshot = snapshot(tree);

        assertThat(check(false).errors())
                .as(json)
                .singleElement()
                .satisfies(
                        e -> {
                            assertThat(e.object()).isEqualTo("tree " + tree);
                            assertThat(e.message()).contains(message);
                        });
        backend.files().remove(snapshot.path());
    }

    /// A directory in a directory, with one file of two chunks.
    private TreeId sample() throws Exception {
        BlobId first = store(BlobType.DATA, bytes("first"));
        BlobId second = store(BlobType.DATA, new byte[100_000]);
        TreeId inner = tree(file("file", 100_005, first, second));
        return tree(node("dir", NodeType.DIRECTORY).subtree(inner).build());
    }

    private Handle snapshot(TreeId tree) throws Exception {
        uploader.finish();
        uploader.close();
        uploader = repository.index().uploader(UploadOptions.defaults(2));
        Snapshot snapshot = Snapshot.builder(TIME, tree).paths(List.of("/dir")).build();
        return new Handle(FileType.SNAPSHOT, new Snapshots(repository).save(snapshot).toString());
    }

    /// A pack with one compressed blob, written byte by byte.
    private void handMadePack(byte[] plain, int lengthInHeader, int lengthInIndex)
            throws Exception {
        SealedBox box =
                new SealedBox(
                        TestRepositories.masterKey(backend, TestRepositories.PASSWORD),
                        new SecureRandom());
        byte[] frame = Zstd.compress(plain);
        int blob = frame.length + SealedBox.OVERHEAD;
        BlobId id = new BlobId(new Hasher().hash(plain, 0, plain.length));
        byte[] header = new byte[41];
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 2)
                .putInt(blob)
                .putInt(lengthInHeader);
        id.hash().write(header, 9);
        byte[] pack = new byte[blob + header.length + SealedBox.OVERHEAD + 4];
        box.seal(frame, 0, frame.length, pack, 0);
        int sealed = box.seal(header, 0, header.length, pack, blob);
        ByteBuffer.wrap(pack).order(ByteOrder.LITTLE_ENDIAN).putInt(pack.length - 4, sealed);
        String name = new Hasher().hash(pack, 0, pack.length).toString();
        backend.save(new Handle(FileType.PACK, name), pack, 0, pack.length);
        index(name, id, blob, lengthInIndex);
    }

    private void index(String pack, BlobId blob, int length, int plaintextLength) throws Exception {
        String json =
                """
                {"packs":[{"id":"%s","blobs":[{"id":"%s","type":"data","offset":0,"length":%d,\
                "uncompressed_length":%d}]}]}
                """
                        .formatted(pack, blob, length, plaintextLength);
        newestIndex = repository.saveUnpacked(FileType.INDEX, bytes(json));
    }

    private byte[] file(Handle handle) {
        return Objects.requireNonNull(backend.files().get(handle.path()));
    }

    private List<Handle> handles(FileType type) throws Exception {
        return backend.list(type).stream().map(entry -> entry.handle()).toList();
    }

    private TreeId tree(Node... nodes) throws Exception {
        return new TreeId(store(BlobType.TREE, Tree.of(List.of(nodes)).toJson()).hash());
    }

    private TreeId rawTree(String json) throws Exception {
        return new TreeId(store(BlobType.TREE, bytes(json)).hash());
    }

    private BlobId store(BlobType type, byte[] content) throws Exception {
        return uploader.store(type, content, 0, content.length, () -> {}).get().id();
    }

    private static Node file(String name, long size, BlobId... content) {
        return node(name, NodeType.FILE).size(size).links(1).content(List.of(content)).build();
    }

    private static Node.Builder node(String name, NodeType type) {
        return Node.builder(bytes(name), type).mtime(TIME);
    }

    private static String json(Node node) {
        String tree = new String(Tree.of(List.of(node)).toJson(), StandardCharsets.UTF_8);
        return tree.substring("{\"nodes\":[".length(), tree.length() - "]}\n".length());
    }

    private static String treeOf(String... nodes) {
        return "{\"nodes\":[" + String.join(",", nodes) + "]}\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
