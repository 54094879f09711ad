package dev.holdfast.engine.restorer;

import static dev.holdfast.engine.restorer.SnapshotBuilder.directory;
import static dev.holdfast.engine.restorer.SnapshotBuilder.node;
import static dev.holdfast.engine.restorer.SnapshotBuilder.raw;
import static dev.holdfast.engine.restorer.SnapshotBuilder.snapshot;
import static dev.holdfast.engine.restorer.SnapshotBuilder.symlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.TreeCompare;
import dev.holdfast.engine.backend.LocalBackend;
import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.LocalFileTarget;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.Timestamp;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/// Runs as root.
final class RestorerTest {
    private static final RestoreOptions TRUSTED = RestoreOptions.DEFAULT.withTrusted(true);

    @TempDir private Path temp;
    private Path target;
    private SnapshotBuilder builder;

    @BeforeEach
    void makeRepository() throws Exception {
        target = temp.resolve("target");
        builder =
                new SnapshotBuilder(
                        new LocalBackend(temp.resolve("repository"), new SplittableRandom(1)));
    }

    @AfterEach
    void closeRepository() {
        builder.close();
    }

    @Test
    void restoresEveryKindWithItsMetadata() throws Exception {
        byte[] a = random(1, 700_000);
        byte[] b = random(2, 900_000);
        Timestamp accessed = new Timestamp(-1, 5, 0);
        Node big =
                builder.file("big", a, b, a)
                        .mode(0751 | 1 << 23)
                        .owner(1000, 4294967294L)
                        .atime(accessed)
                        .extendedAttributes(
                                List.of(attribute("user.k", "v"), attribute("trusted.t", "w")))
                        .build();
        TreeId below =
                builder.tree(
                        big,
                        builder.file("h1", b).links(2).inode(77).deviceId(5).build(),
                        builder.file("h2", b).links(2).inode(77).deviceId(5).build(),
                        symlink("link", "/etc/pass\u00e9").owner(7, 8).build(),
                        node("fifo", NodeType.FIFO).mode(1 << 25 | 0620).build(),
                        node("dev", NodeType.BLOCK_DEVICE)
                                .mode(1 << 26 | 0600)
                                .device(2065)
                                .links(1)
                                .build());
        TreeId root =
                builder.tree(
                        directory("dir", below).mode(1 << 31 | 0500).owner(3, 4).build(),
                        builder.file("empty").build());
        RestoreResult result = restore(root, "/", TRUSTED.withVerify(true));
        assertThat(result.failures()).isEmpty();
        assertThat(result)
                .isEqualTo(new RestoreResult(4, 0, 3_200_000, 1, 1, 2, 0, 2, List.of(), 0));
        Path dir = target.resolve("dir");
        TreeCompare.Status status = TreeCompare.Status.of(dir.resolve("big"));
        assertThat(status.permissions()).isEqualTo(04751);
        assertThat(status.uid()).isEqualTo(1000);
        assertThat(status.gid()).isEqualTo(-2);
        assertThat(status.modified()).isEqualTo(Instant.ofEpochSecond(1_600_000_000L, 123_456_789));
        assertThat(status.accessed()).isAfter(Instant.EPOCH); // by reading back
        byte[] content = Files.readAllBytes(dir.resolve("big"));
        assertThat(content).isEqualTo(concat(a, b, a));
        assertThat(Files.getAttribute(dir.resolve("big"), "user:k")).isEqualTo(raw("v"));
        assertThat(TreeCompare.Status.of(dir.resolve("h1")).inode())
                .isEqualTo(TreeCompare.Status.of(dir.resolve("h2")).inode());
        assertThat(TreeCompare.Status.of(dir.resolve("link")).uid()).isEqualTo(7);
        assertThat(TreeCompare.Status.of(dir.resolve("link")).modified())
                .isEqualTo(status.modified());
        assertThat(TreeCompare.Status.of(dir.resolve("fifo")).permissions()).isEqualTo(0620);
        assertThat(TreeCompare.Status.of(dir.resolve("dev")).rdev()).isEqualTo(2065);
        assertThat(TreeCompare.Status.of(dir).permissions()).isEqualTo(0500);
        assertThat(TreeCompare.Status.of(dir).uid()).isEqualTo(3);
        assertThat(TreeCompare.Status.of(dir).modified()).isEqualTo(status.modified());
        assertThat(target.resolve("empty")).isEmptyFile();
    }

    @Test
    void withoutTrustNothingThatGivesPowerIsRestored() throws Exception {
        TreeId root =
                builder.tree(
                        builder.file("suid", raw("x"))
                                .mode(0755 | 1 << 23 | 1 << 22)
                                .owner(1234, 1234)
                                .extendedAttributes(
                                        List.of(
                                                attribute("security.capability", "x"),
                                                attribute("trusted.x", "y"),
                                                attribute("user.k", "v")))
                                .build(),
                        node("null", NodeType.CHARACTER_DEVICE)
                                .mode(1 << 26 | 1 << 21 | 0666)
                                .device(259)
                                .build());
        RestoreResult result = restore(root, "", RestoreOptions.DEFAULT);
        assertThat(result.failures())
                .containsExactly(
                        new ItemFailure(
                                "null", "left out: devices are made only from trusted snapshots"));
        TreeCompare.Status status = TreeCompare.Status.of(target.resolve("suid"));
        assertThat(status.permissions()).isEqualTo(0755);
        assertThat(status.uid()).isZero();
        assertThat(Files.getAttribute(target.resolve("suid"), "user:k")).isEqualTo(raw("v"));
    }

    @Test
    void restoresADirectoryOrAFileOutOfASnapshot() throws Exception {
        TreeId inner = builder.tree(builder.file("f", raw("inner")).build());
        TreeId middle =
                builder.tree(
                        directory("inner", inner).build(),
                        symlink("s", "t").build(),
                        builder.file("g", raw("middle")).build());
        TreeId root = builder.tree(directory("middle", middle).build());
        restore(root, "/middle/inner", TRUSTED);
        assertThat(TreeCompare.list(target)).containsOnlyKeys("f");
        restore(root, "middle//./g", TRUSTED);
        restore(root, "middle/s/", TRUSTED);
        assertThat(TreeCompare.list(target)).containsOnlyKeys("f", "g", "s");
        for (String path : List.of("nothing", "middle/g/x", "middle/s/f")) {
            assertThatThrownBy(() -> restore(root, path, TRUSTED))
                    .isInstanceOfSatisfying(
                            RepositoryException.class,
                            e -> assertThat(e.kind()).isEqualTo(RepositoryException.Kind.NOT_FOUND))
                    .hasMessageContaining(path);
        }
    }

    @Test
    void zerosOfSomeLengthBecomeHoles() throws Exception {
        int mib = 1 << 20;
        byte[] zeros = new byte[mib];
        byte[] mixed = new byte[mib];
        mixed[100] = 1; // data in the first block and in the middle, holes around
        mixed[mib / 2] = 2;
        byte[] odd = random(1, 10_001); // moves what follows off the blocks
        TreeId root = builder.tree(builder.file("sparse", mixed, zeros, odd, mixed, zeros).build());
        RestoreResult result = restore(root, "/", TRUSTED.withVerify(true));
        assertThat(result.failures()).isEmpty();
        assertThat(Files.readAllBytes(target.resolve("sparse")))
                .isEqualTo(concat(mixed, zeros, odd, mixed, zeros));
        assertThat(allocatedBytes(target.resolve("sparse"))).isLessThan(120_000);
    }

    @Test
    void overwritesWhatDiffersAndKeepsWhatIsEqual() throws Exception {
        byte[] content = random(1, 600_000);
        TreeId below = builder.tree(builder.file("f", raw("f")).build());
        TreeId root =
                builder.tree(
                        builder.file("equal", content).build(),
                        builder.file("other", content).build(),
                        builder.file("longer", content).build(),
                        builder.file("linked", content).build(),
                        builder.file("wasLink", content).build(),
                        builder.file("wasEmptyDirectory", content).build(),
                        builder.file("wasDirectory", content).build(),
                        directory("wasFile", below).build());
        Files.createDirectory(target);
        Files.write(target.resolve("equal"), content);
        Files.setAttribute(target.resolve("equal"), "user:stale", raw("x"));
        long inode = TreeCompare.Status.of(target.resolve("equal")).inode();
        Files.write(target.resolve("other"), random(2, 600_000));
        Files.write(target.resolve("longer"), concat(content, content));
        Path outside = Files.write(temp.resolve("outside"), content);
        Files.createLink(target.resolve("linked"), outside);
        Files.createSymbolicLink(target.resolve("wasLink"), outside);
        Files.createDirectory(target.resolve("wasEmptyDirectory"));
        Files.createDirectories(target.resolve("wasDirectory/full"));
        Files.writeString(target.resolve("wasFile"), "x");
        RestoreResult result = restore(root, "/", TRUSTED);
        assertThat(result.failures())
                .singleElement()
                .satisfies(f -> assertThat(f.path()).isEqualTo("wasDirectory"));
        assertThat(result.filesUnchanged()).isEqualTo(1);
        assertThat(result.files()).isEqualTo(7);
        for (String name : List.of("equal", "other", "longer", "linked", "wasLink")) {
            assertThat(Files.readAllBytes(target.resolve(name))).isEqualTo(content);
        }
        assertThat(TreeCompare.Status.of(target.resolve("equal")).inode()).isEqualTo(inode);
        assertThat(Files.getFileStore(target).supportsFileAttributeView("user")).isTrue();
        assertThatThrownBy(() -> Files.getAttribute(target.resolve("equal"), "user:stale"))
                .isInstanceOf(IOException.class);
        assertThat(TreeCompare.Status.of(outside).modified())
                .isNotEqualTo(Instant.ofEpochSecond(1_600_000_000L, 123_456_789));
        assertThat(TreeCompare.Status.of(target.resolve("linked")).links()).isEqualTo(1);
        assertThat(target.resolve("wasFile/f")).hasContent("f");
        RestoreResult again = restore(root, "/", TRUSTED);
        assertThat(again.bytes()).isZero();
        assertThat(again.filesUnchanged()).isEqualTo(7);
    }

    @Test
    void keepsWhatIsThereWhereAsked() throws Exception {
        TreeId below = builder.tree(builder.file("new", raw("new")).build());
        Node.Builder linked = builder.file("h1", raw("linked")).links(2).inode(9).deviceId(1);
        TreeId root =
                builder.tree(
                        builder.file("file", raw("new")).build(),
                        linked.build(),
                        linked.name(raw("h2")).build(),
                        symlink("link", "new").build(),
                        directory("dir", below).mode(1 << 31 | 0700).build());
        Files.createDirectories(target.resolve("dir"));
        for (String name : List.of("file", "h1", "link", "dir/old")) {
            Files.writeString(target.resolve(name), "old");
        }
        int mode = TreeCompare.Status.of(target.resolve("dir")).mode();
        RestoreResult result = restore(root, "/", TRUSTED.withOverwrite(Overwrite.NEVER));
        assertThat(result.failures()).isEmpty();
        assertThat(result.skipped()).isEqualTo(3);
        for (String name : List.of("file", "h1", "link", "dir/old")) {
            assertThat(target.resolve(name)).hasContent("old");
        }
        assertThat(target.resolve("dir/new")).hasContent("new");
        assertThat(target.resolve("h2")).hasContent("linked");
        assertThat(TreeCompare.Status.of(target.resolve("dir")).mode()).isEqualTo(mode);
    }

    @Test
    void refusesATargetThatIsNotEmptyWhereAsked() throws Exception {
        TreeId root = builder.tree(builder.file("file", raw("new")).build());
        Files.createDirectory(target);
        Files.writeString(target.resolve("mine"), "x");
        assertThatThrownBy(() -> restore(root, "/", TRUSTED.withOverwrite(Overwrite.REFUSE)))
                .hasMessageContaining("is not empty");
        assertThat(TreeCompare.list(target)).containsOnlyKeys("mine");
        Files.delete(target.resolve("mine"));
        assertThat(restore(root, "/", TRUSTED.withOverwrite(Overwrite.REFUSE)).files())
                .isEqualTo(1);
    }

    @Test
    void damagedPackLosesOnlyTheFilesInIt() throws Exception {
        Node good = builder.file("good", random(1, 800_000), random(2, 800_000)).build();
        builder.endPacks();
        List<Path> before = packs();
        byte[] lost = random(3, 800_000);
        Node bad = builder.file("bad", random(4, 600_000), lost).build();
        builder.endPacks();
        List<Path> damaged = packs();
        damaged.removeAll(before);
        TreeId root =
                builder.tree(
                        good,
                        bad,
                        builder.file("alsoBad", lost).build(),
                        builder.file("h1", lost).links(2).inode(3).deviceId(1).build(),
                        builder.file("h2", lost).links(2).inode(3).deviceId(1).build());
        builder.finish();
        for (Path pack : damaged) {
            byte[] bytes = Files.readAllBytes(pack);
            for (int at = 0; at < bytes.length; at += 1000) {
                bytes[at] ^= 1;
            }
            pack.toFile().setWritable(true);
            Files.write(pack, bytes);
        }
        RestoreResult result = restore(root, "/", TRUSTED);
        assertThat(result.complete()).isFalse();
        assertThat(result.failures().stream().map(ItemFailure::path))
                .containsExactlyInAnyOrder("bad", "alsoBad", "h1", "h2");
        assertThat(result.failureCount()).isEqualTo(4);
        assertThat(TreeCompare.list(target)).containsOnlyKeys("good");
        for (Path pack : damaged) {
            Files.delete(pack);
        }
        assertThat(restore(root, "/", TRUSTED).failureCount()).isEqualTo(4);
    }

    @Test
    void lostBlobsAndTreesAreListedAndTheRestIsRestored() throws Exception {
        BlobId nowhere = BlobId.parse("07".repeat(32));
        Node.Builder wrong = builder.file("wrongSize", raw("12345")).size(6);
        TreeId root =
                builder.tree(
                        builder.file("good", raw("x")).build(),
                        node("lost", NodeType.FILE).size(5).content(List.of(nowhere)).build(),
                        wrong.build(),
                        directory("lostTree", new TreeId(nowhere.hash())).build(),
                        directory("noJson", builder.rawTree("{\"nodes\":[{\"na")).build(),
                        node("noTree", NodeType.DIRECTORY).mode(1 << 31 | 0755).build(),
                        node("socket", NodeType.SOCKET).mode(1 << 24 | 0755).build());
        RestoreResult result = restore(root, "/", TRUSTED);
        assertThat(result.failures().stream().map(ItemFailure::path))
                .containsExactlyInAnyOrder(
                        "lost", "wrongSize", "lostTree", "noJson", "noTree", "socket");
        assertThat(TreeCompare.list(target))
                .containsOnlyKeys("good", "lostTree", "noJson", "noTree");
    }

    @Test
    void fullDiskStopsWithPathAndBytesNeeded() throws Exception {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nodes.add(builder.file("file" + i, random(i, 600_000)).build());
        }
        TreeId root = builder.tree(nodes.toArray(Node[]::new));
        Files.createDirectory(target);
        command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", target.toString());
        try {
            assertThatThrownBy(() -> restore(root, "/", TRUSTED))
                    .isInstanceOfSatisfying(
                            FileAccessException.class,
                            e -> assertThat(e.kind()).isEqualTo(FileAccessException.Kind.NO_SPACE))
                    .hasMessageMatching(
                            "cannot .* file\\d: no space left on device; [4-9],\\d\\d\\d,\\d\\d\\d"
                                    + " bytes of content are still to be written to .*");
            for (Path left : TreeCompare.list(target).values()) {
                assertThat(left).hasSize(600_000); // complete files only
            }
        } finally {
            command("umount", target.toString());
        }
    }

    @Test
    void interruptionStopsSoonAndLeavesCompleteFilesOnly() throws Exception {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            nodes.add(builder.file("file" + i, random(i, 500_000), random(i + 99, 9)).build());
        }
        TreeId root = builder.tree(nodes.toArray(Node[]::new));
        Thread thread = Thread.currentThread();
        RestoreListener interrupting =
                new RestoreListener() {
                    @Override
                    public void phase(RestorePhase phase) {
                        if (phase == RestorePhase.CONTENT) {
                            thread.interrupt();
                        }
                    }

                    @Override
                    public void progress(RestoreProgress progress) {}

                    @Override
                    public void failed(ItemFailure failure) {}
                };
        Path first = target;
        var indexed = builder.finish();
        long start = System.nanoTime();
        try (LocalFileTarget into = LocalFileTarget.open(first, new SplittableRandom(2))) {
            Restorer restorer = new Restorer(indexed, into, TRUSTED, interrupting);
            assertThatThrownBy(() -> restorer.run(snapshot(root), "/"))
                    .isInstanceOf(InterruptedException.class);
        }
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
        assertThat(Thread.interrupted()).isFalse();
        for (Path left : TreeCompare.list(target).values()) {
            assertThat(left).hasSize(500_009);
        }
        assertThat(restore(root, "/", TRUSTED).files()).isEqualTo(60);
    }

    @Test
    void fileThatWasWrittenWronglyIsFoundByReadingBack() throws Exception {
        byte[] content = random(1, 700_000);
        TreeId root = builder.tree(builder.file("file", content).build());
        RestoreListener damaging =
                new RestoreListener() {
                    @Override
                    public void phase(RestorePhase phase) {
                        if (phase == RestorePhase.VERIFY) {
                            damage();
                        }
                    }

                    private void damage() {
                        byte[] wrong = content.clone();
                        wrong[600_000] ^= 1;
                        try {
                            Files.write(target.resolve("file"), wrong);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }

                    @Override
                    public void progress(RestoreProgress progress) {}

                    @Override
                    public void failed(ItemFailure failure) {}
                };
        var indexed = builder.finish();
        try (LocalFileTarget into = LocalFileTarget.open(target, new SplittableRandom(2))) {
            RestoreOptions verifying = TRUSTED.withVerify(true);
            RestoreResult result =
                    new Restorer(indexed, into, verifying, damaging).run(snapshot(root), "/");
            assertThat(result.verified()).isZero();
            assertThat(result.failures())
                    .containsExactly(
                            new ItemFailure(
                                    "file", "read back, it differs from the snapshot at byte 0"));
        }
    }

    private RestoreResult restore(TreeId root, String path, RestoreOptions options)
            throws Exception {
        var indexed = builder.finish();
        try (LocalFileTarget into = LocalFileTarget.open(target, new SplittableRandom(2))) {
            return new Restorer(indexed, into, options, RestoreListener.silent())
                    .run(snapshot(root), path);
        }
    }

    private List<Path> packs() throws IOException {
        try (var files = Files.walk(temp.resolve("repository/data"))) {
            return new ArrayList<>(files.filter(Files::isRegularFile).toList());
        }
    }

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static long allocatedBytes(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return 512
                * Long.parseLong(
                        new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                                .strip());
    }

    private static void command(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    private static ExtendedAttribute attribute(String name, String value) {
        return new ExtendedAttribute(raw(name), raw(value));
    }
}
