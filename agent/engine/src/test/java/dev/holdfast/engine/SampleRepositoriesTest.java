package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.QuotedName;
import dev.holdfast.engine.maintenance.Check;
import dev.holdfast.engine.maintenance.CheckListener;
import dev.holdfast.engine.maintenance.CheckOptions;
import dev.holdfast.engine.maintenance.CheckReport;
import dev.holdfast.engine.repository.BlobLocation;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.Snapshots;
import dev.holdfast.engine.snapshot.Tree;
import dev.holdfast.engine.snapshot.TreeLoader;
import dev.holdfast.engine.snapshot.TreeWalk;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The two repositories that restic made, object by object, against what is known to be in them.
class SampleRepositoriesTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"repo-v1", "repo-v2"})
    void bothPasswordsOpenTheMasterKey(String name) throws Exception {
        Vectors known = Vectors.load(name + ".json");
        assertThat(known.get("keys").list()).hasSize(2);
        for (Vectors key : known.get("keys").list()) {
            try (Repository repository = open(name, key.get("password").text())) {
                assertThat("keys/" + repository.keyName()).isEqualTo(key.get("file").text());
                Vectors config = Vectors.parse(utf8(known.get("config").get("plaintext").text()));
                assertThat((long) repository.config().version())
                        .isEqualTo(config.get("version").number());
                assertThat(repository.config().id()).isEqualTo(config.get("id").text());
                assertThat(repository.config().polynomial())
                        .hasToString(config.get("chunker_polynomial").text());
            }
        }
        assertThatThrownBy(() -> open(name, "wrong"))
                .isInstanceOfSatisfying(
                        RepositoryException.class,
                        e ->
                                assertThat(e.kind())
                                        .isEqualTo(RepositoryException.Kind.WRONG_PASSWORD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"repo-v1", "repo-v2"})
    void everyIndexSnapshotAndTreeIsRead(String name) throws Exception {
        Vectors known = Vectors.load(name + ".json");
        try (Repository repository = open(name, "fast")) {
            for (Map.Entry<String, Vectors> index : known.get("index").entries().entrySet()) {
                assertThat(text(repository.loadUnpacked(FileType.INDEX, index.getKey())))
                        .isEqualTo(index.getValue().get("decoded_plaintext").text());
            }
            assertThat(repository.snapshotIds().stream().map(SnapshotId::toString))
                    .containsExactlyInAnyOrderElementsOf(known.get("snapshots").entries().keySet());
            for (SnapshotId id : repository.snapshotIds()) {
                String json =
                        known.get("snapshots").get(id.toString()).get("decoded_plaintext").text();
                assertThat(text(new Snapshots(repository).load(id).snapshot().toJson()))
                        .isEqualTo(json);
            }
            IndexedRepository index = repository.index();
            TreeLoader loader = new TreeLoader(index);
            assertThat(known.get("trees").entries()).hasSizeGreaterThan(6);
            for (Map.Entry<String, Vectors> tree : known.get("trees").entries().entrySet()) {
                TreeId id = TreeId.parse(tree.getKey());
                byte[] json = index.loadBlob(BlobType.TREE, id.blob());
                assertThat(text(json)).isEqualTo(tree.getValue().text());
                Tree read = loader.load(id);
                assertThat(read.isOrdered()).isTrue();
                assertThat(read.isComplete()).isTrue();
                assertThat(text(read.toJson())).isEqualTo(tree.getValue().text());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"repo-v1", "repo-v2"})
    void everyPackHoldsWhatItsHeaderSays(String name) throws Exception {
        Vectors known = Vectors.load(name + ".json");
        try (Repository repository = open(name, "fast")) {
            IndexedRepository index = repository.index();
            assertThat(index.packCount()).isEqualTo(known.get("packs").entries().size());
            known.get("packs")
                    .entries()
                    .forEach(
                            (id, pack) -> {
                                var contents = index.packContents(PackId.parse(id));
                                assertThat(contents.fileSize())
                                        .isEqualTo(pack.get("size").number());
                                List<Vectors> entries = pack.get("entries").list();
                                assertThat(contents.blobs()).hasSameSizeAs(entries);
                                for (int i = 0; i < entries.size(); i++) {
                                    same(contents.blobs().get(i), entries.get(i));
                                }
                            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"repo-v1", "repo-v2"})
    void everyFileHasItsContent(String name) throws Exception {
        Vectors known = Vectors.load(name + ".json");
        try (Repository repository = open(name, "fast")) {
            IndexedRepository index = repository.index();
            for (SnapshotId id : repository.snapshotIds()) {
                Map<String, Vectors> files =
                        new HashMap<>(known.get("files").get(id.toString()).entries());
                TreeId root = new Snapshots(repository).load(id).snapshot().tree();
                new TreeWalk(new TreeLoader(index))
                        .walk(
                                root,
                                new byte[0],
                                (path, node) -> {
                                    if (node.type() != NodeType.DIRECTORY) {
                                        Vectors file = files.remove(quoted(path));
                                        same(index, node, Objects.requireNonNull(file));
                                    }
                                    return true;
                                });
                assertThat(files).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"repo-v1", "repo-v2"})
    void checkFindsNothing(String name) throws Exception {
        Vectors known = Vectors.load(name + ".json");
        try (Repository repository = open(name, "fast")) {
            CheckReport report =
                    new Check(repository, CheckListener.NONE).run(new CheckOptions(true));

            long blobs =
                    known.get("packs").entries().values().stream()
                            .mapToLong(pack -> pack.get("entries").list().size())
                            .sum();
            assertThat(report.errors()).isEmpty();
            assertThat(report.hints()).isEmpty();
            assertThat(report.snapshots()).isEqualTo(known.get("snapshots").entries().size());
            assertThat(report.trees()).isEqualTo(known.get("trees").entries().size());
            assertThat(report.packsRead()).isEqualTo(known.get("packs").entries().size());
            assertThat(report.blobsRead()).isEqualTo(blobs);
        }
    }

    private Repository open(String name, String password) throws Exception {
        Path root = folder.resolve(name);
        if (!Files.exists(root)) {
            unpack(name);
        }
        return Repository.open(
                TestRepositories.local(root),
                TestRepositories.secret(password),
                TestRepositories.context());
    }

    private void unpack(String name) throws Exception {
        Path archive = folder.resolve(name + ".tar.gz");
        try (InputStream in = getClass().getResourceAsStream("/vectors/" + name + ".tar.gz")) {
            Files.copy(Objects.requireNonNull(in), archive);
        }
        Process tar =
                new ProcessBuilder(
                                "tar",
                                "-xzf",
                                archive.toString(),
                                "--strip-components=1",
                                "-C",
                                Files.createDirectory(folder.resolve(name)).toString())
                        .inheritIO()
                        .start();
        assertThat(tar.waitFor()).isZero();
    }

    private static void same(BlobLocation actual, Vectors entry) {
        int type = (int) entry.get("type").number();
        Vectors length = entry.get("uncompressed_length");
        assertThat(actual)
                .isEqualTo(
                        new BlobLocation(
                                actual.pack(),
                                type % 2 == 0 ? BlobType.DATA : BlobType.TREE,
                                BlobId.parse(entry.get("id").text()),
                                (int) entry.get("offset").number(),
                                (int) entry.get("length").number(),
                                length.isNull() ? 0 : (int) length.number()));
    }

    private static void same(IndexedRepository index, Node node, Vectors file) {
        if (file.get("sha256").isNull()) {
            assertThat(node.type().label()).isEqualTo(file.get("type").text());
            return;
        }
        Hasher hasher = new Hasher();
        assertThat(node.size()).isEqualTo(file.get("size").number());
        assertThat(node.content()).hasSize((int) file.get("blobs").number());
        for (BlobId id : node.content()) {
            try {
                byte[] chunk = index.loadBlob(BlobType.DATA, id);
                hasher.update(chunk, 0, chunk.length);
            } catch (java.io.IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(hasher.finish()).hasToString(file.get("sha256").text());
    }

    private static String quoted(byte[] path) {
        return text(QuotedName.quote(path));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
