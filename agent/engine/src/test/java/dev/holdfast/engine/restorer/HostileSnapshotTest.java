package dev.holdfast.engine.restorer;

import static dev.holdfast.engine.restorer.SnapshotBuilder.directory;
import static dev.holdfast.engine.restorer.SnapshotBuilder.json;
import static dev.holdfast.engine.restorer.SnapshotBuilder.node;
import static dev.holdfast.engine.restorer.SnapshotBuilder.raw;
import static dev.holdfast.engine.restorer.SnapshotBuilder.snapshot;
import static dev.holdfast.engine.restorer.SnapshotBuilder.symlink;
import static dev.holdfast.engine.restorer.SnapshotBuilder.treeOf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TreeCompare;
import dev.holdfast.engine.backend.LocalBackend;
import dev.holdfast.engine.filesystem.LocalFileTarget;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Snapshots made to write outside the target. After each restore the world around the target is
/// what it was. Runs as root, trusting the snapshot: the worst case.
final class HostileSnapshotTest {
    private static final RestoreOptions TRUSTED = RestoreOptions.DEFAULT.withTrusted(true);

    @TempDir private Path temp;
    private Path target;
    private Path world;
    private SnapshotBuilder builder;
    private Map<String, String> before = new TreeMap<>();

    @BeforeEach
    void makeWorld() throws Exception {
        world = Files.createDirectory(temp.resolve("world"));
        target = Files.createDirectories(world.resolve("above/target"));
        Files.writeString(world.resolve("above/secret"), "secret");
        Files.writeString(world.resolve("x"), "x");
        Files.createDirectory(world.resolve("above/dir"));
        builder =
                new SnapshotBuilder(
                        new LocalBackend(temp.resolve("repository"), new SplittableRandom(1)));
        before = outside();
    }

    @AfterEach
    void worldIsWhatItWas() throws IOException {
        builder.close();
        assertThat(outside()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "/",
                "../x",
                "../../x",
                "a/b",
                "/etc/holdfast",
                "a/../../x",
                "a/",
                "./a",
                "nul\\\\x00",
                "..\\\\x00",
                "\\\\x2e\\\\x2e",
                "\\\\x2e\\\\x2e/x",
                "\\\\056\\\\056"
            })
    void namesOfMoreThanOneComponentAreRefused(String quoted) throws Exception {
        TreeId below = builder.tree(builder.file("x", raw("evil")).build());
        for (Node evil :
                List.of(
                        builder.file("NAME", raw("evil")).build(),
                        builder.file("NAME").build(),
                        directory("NAME", below).build(),
                        symlink("NAME", "x").build(),
                        node("NAME", NodeType.FIFO).build(),
                        node("NAME", NodeType.CHARACTER_DEVICE).device(259).build())) {
            String replaced =
                    json(evil).replace("\"name\":\"NAME\"", "\"name\":\"" + quoted + "\"");
            TreeId root =
                    builder.rawTree(
                            treeOf(json(builder.file("good", raw("good")).build()), replaced));
            RestoreResult result = restore(root);
            assertThat(result.failureCount()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheSnapshot() throws Exception {
        TreeId below = builder.tree(builder.file("x", raw("evil")).build());
        String link = json(symlink("a", world.toString()).build());
        String dots = json(symlink("b", "../..").build());
        String directoryA = json(directory("a", below).build());
        String directoryB = json(directory("b", below).build());
        String linkWithTree = json(symlink("c", world.toString()).subtree(below).build());
        TreeId root = builder.rawTree(treeOf(link, directoryA, directoryB, dots, linkWithTree));
        RestoreResult result = restore(root);
        assertThat(result.failures().stream().map(ItemFailure::path))
                .containsExactlyInAnyOrder("a", "b");
        assertThat(Files.isSymbolicLink(target.resolve("a"))).isTrue();
        assertThat(target.resolve("b/x")).hasContent("evil");
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheTarget() throws Exception {
        for (String name : List.of("dir", "file", "hard", "fifo", "link")) {
            Files.createSymbolicLink(target.resolve(name), world.resolve("above/secret"));
        }
        Files.delete(target.resolve("dir"));
        Files.createSymbolicLink(target.resolve("dir"), world);
        before = outside();
        TreeId below = builder.tree(builder.file("x", raw("evil")).mode(0).build());
        Node.Builder hard = builder.file("hard", raw("y")).links(2).inode(1).deviceId(1);
        TreeId root =
                builder.tree(
                        directory("dir", below).owner(1, 1).mode(1 << 31).build(),
                        builder.file("file", raw("secret")).owner(1, 1).build(),
                        hard.build(),
                        hard.name(raw("hard2")).build(),
                        node("fifo", NodeType.FIFO).build(),
                        symlink("link", "x").owner(1, 1).build());
        RestoreResult result = restore(root);
        assertThat(result.failures()).isEmpty();
        assertThat(target.resolve("dir/x")).hasContent("evil");
    }

    @Test
    void duplicatesAreRefused() throws Exception {
        TreeId below = builder.tree(builder.file("x", raw("1")).build());
        TreeId root =
                builder.rawTree(
                        treeOf(
                                json(builder.file("n", raw("first")).build()),
                                json(directory("n", below).build()),
                                json(builder.file("n", raw("third")).build()),
                                json(symlink("n", "/").build())));
        RestoreResult result = restore(root);
        assertThat(result.failureCount()).isEqualTo(3);
        assertThat(target.resolve("n")).hasContent("first");
    }

    @Test
    void hardLinksOfDifferentContentAreDifferentFiles() throws Exception {
        TreeId root =
                builder.tree(
                        builder.file("a", raw("1")).links(2).inode(5).deviceId(1).build(),
                        builder.file("b", raw("2")).links(2).inode(5).deviceId(1).build());
        assertThat(restore(root).complete()).isTrue();
        assertThat(target.resolve("a")).hasContent("1");
        assertThat(target.resolve("b")).hasContent("2");
    }

    @Test
    void depthAndNumberOfItemsAreBounded() throws Exception {
        TreeId deep = builder.tree(builder.file("f", raw("x")).build());
        for (int i = 0; i < 60; i++) {
            deep = builder.tree(directory("d", deep).build());
        }
        TreeId wide = builder.tree(); // unfolds to 2^40 directories
        for (int i = 0; i < 40; i++) {
            wide = builder.tree(directory("l", wide).build(), directory("r", wide).build());
        }
        RestoreResult deepResult =
                restore(builder.tree(directory("deep", deep).build()), TRUSTED.withDepthMax(50));
        assertThat(deepResult.failures())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).contains("more than 50 directories deep"));
        RestoreResult result =
                restore(builder.tree(directory("wide", wide).build()), TRUSTED.withItemsMax(1000));
        assertThat(result.failures())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).contains("more than 1000 entries"));
        assertThat(result.directories()).isEqualTo(1000);
    }

    @Test
    void manyDirectoriesBelowEachOtherAreRestored() throws Exception {
        TreeId deep = builder.tree(builder.file("f", raw("x")).build());
        for (int i = 0; i < 1500; i++) { // longer than any path the system takes at once
            deep = builder.tree(directory("dd", deep).build());
        }
        RestoreResult result = restore(deep);
        assertThat(result.failures()).isEmpty();
        assertThat(result.directories()).isEqualTo(1500);
        assertThat(new ProcessBuilder("rm", "-rf", target + "/dd").start().waitFor()).isZero();
    }

    @Test
    void impossibleValuesAreErrorsOfTheirItems() throws Exception {
        String uid =
                json(builder.file("uid", raw("x")).build())
                        .replace("\"uid\":0", "\"uid\":18446744073709551615");
        String size =
                json(builder.file("size", raw("x")).build())
                        .replace("\"size\":1,", "\"size\":18446744073709551615,");
        String year = json(symlink("link", "x").build());
        TreeId root = builder.rawTree(treeOf(year, size, uid));
        RestoreResult result = restore(root);
        assertThat(result.failures().stream().map(ItemFailure::path))
                .containsExactlyInAnyOrder("size", "uid");
        assertThat(TreeCompare.list(target)).containsOnlyKeys("link", "uid");
    }

    private RestoreResult restore(TreeId root) throws Exception {
        return restore(root, TRUSTED);
    }

    private RestoreResult restore(TreeId root, RestoreOptions options) throws Exception {
        var indexed = builder.finish();
        try (LocalFileTarget into = LocalFileTarget.open(target, new SplittableRandom(2))) {
            return new Restorer(indexed, into, options, RestoreListener.silent())
                    .run(snapshot(root), "/");
        }
    }

    /// Everything in the world but the target, with the target itself.
    private Map<String, String> outside() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (Map.Entry<String, Path> entry : TreeCompare.list(world).entrySet()) {
            if (!entry.getKey().startsWith("above/target/")) {
                TreeCompare.Status status = TreeCompare.Status.of(entry.getValue());
                boolean isTarget = entry.getValue().equals(target);
                found.put(
                        entry.getKey(),
                        Integer.toOctalString(status.mode())
                                + " "
                                + status.uid()
                                + (isTarget ? "" : " " + status.modified() + status.size()));
            }
        }
        return found;
    }
}
