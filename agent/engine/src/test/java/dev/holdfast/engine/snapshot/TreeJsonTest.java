package dev.holdfast.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.VectorFile;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.Timestamp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

final class TreeJsonTest {
    private static final Map<?, ?> VECTORS = VectorFile.load("tree-json.json");
    private static final String EMPTY_TREE =
            "ac08ce34ba4f8123618661bef2425f7028ffb9ac740578a3ee88684d2523fee8";
    private static final Timestamp TIME = new Timestamp(1_600_000_000, 5, 0);
    private static final String ZEROS = "0".repeat(63);

    static Stream<String> nodeExamples() {
        return VectorFile.list(VECTORS, "node_examples").stream().map(String.class::cast);
    }

    static Stream<Map<?, ?>> names() {
        return maps("names");
    }

    static Stream<Map<?, ?>> symlinkTargets() {
        return maps("symlink_targets");
    }

    static Stream<Map<?, ?>> modes() {
        return maps("modes");
    }

    static Stream<Map<?, ?>> times() {
        return maps("times");
    }

    private static Stream<Map<?, ?>> maps(String name) {
        return VectorFile.list(VECTORS, name).stream()
                .<Map<?, ?>>map(element -> (Map<?, ?>) element);
    }

    @ParameterizedTest
    @MethodSource("nodeExamples")
    void nodesOfResticKeepTheirBytes(String node) throws JsonException {
        byte[] json = tree(node);
        Tree tree = Tree.read(json);

        assertThat(tree.isComplete()).isTrue();
        assertThat(text(tree.toJson())).isEqualTo(text(json));
        assertThat(tree.nodes()).hasSize(1).isEqualTo(Tree.read(json).nodes());
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesAreQuotedAsResticDoes(Map<?, ?> vector) throws JsonException {
        byte[] name = HexFormat.of().parseHex(VectorFile.text(vector, "raw_hex"));
        byte[] json = Tree.of(List.of(file(name).build())).toJson();

        assertThat(text(json))
                .startsWith(
                        "{\"nodes\":[{\"name\":" + VectorFile.text(vector, "json_literal") + ",");
        assertThat(Tree.read(json).nodes().getFirst().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("symlinkTargets")
    void linkTargetsAreWrittenAsResticDoes(Map<?, ?> vector) throws JsonException {
        byte[] target = HexFormat.of().parseHex(VectorFile.text(vector, "raw_hex"));
        Node link =
                Node.builder(bytes("link"), NodeType.SYMLINK)
                        .mtime(TIME)
                        .linkTarget(target)
                        .build();
        byte[] json = Tree.of(List.of(link)).toJson();

        assertThat(text(json))
                .contains("," + VectorFile.text(vector, "json_fields") + ",\"content\":null}");
        assertThat(Tree.read(json).nodes().getFirst().linkTarget()).isEqualTo(target);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void modesAreTranslatedBothWays(Map<?, ?> vector) {
        int unix = Integer.parseInt(VectorFile.text(vector, "st_mode_octal").substring(2), 8);
        long stored = (Long) Objects.requireNonNull(vector.get("mode"));

        int mode = FileMode.ofUnix(unix);

        assertThat(Integer.toUnsignedLong(mode)).isEqualTo(stored);
        assertThat(FileMode.toUnixPermissions(mode)).isEqualTo(unix & 07777);
    }

    @ParameterizedTest
    @MethodSource("times")
    void timesAreWrittenInTheZoneOfTheProcess(Map<?, ?> vector) {
        long nanos = (Long) Objects.requireNonNull(vector.get("unix_ns"));
        Instant instant = Instant.ofEpochSecond(0, nanos);
        Timestamp time = Timestamp.of(instant, ZoneId.of(VectorFile.text(vector, "zone")));
        byte[] json = Tree.of(List.of(file(bytes("f")).mtime(time).build())).toJson();

        assertThat(text(json))
                .contains("\"mtime\":" + VectorFile.text(vector, "json") + ",\"atime\"");
    }

    @Test
    void theEmptyTreeHasItsWellKnownId() {
        byte[] json = Tree.of(List.of()).toJson();

        assertThat(text(json)).isEqualTo("{\"nodes\":[]}\n");
        assertThat(new Hasher().hash(json, 0, json.length)).hasToString(EMPTY_TREE);
    }

    @Test
    void everyFieldSurvives() throws JsonException {
        Node file =
                file(new byte[] {(byte) 0xff, '\n'})
                        .mode(FileMode.ofUnix(0104755))
                        .atime(new Timestamp(1, 2, 3600))
                        .ctime(new Timestamp(-5, 999_999_999, -3600))
                        .owner(4_294_967_294L, 4_294_967_295L)
                        .user("jörg")
                        .group("<&>")
                        .inode(-1)
                        .deviceId(-2)
                        .size(7)
                        .links(3)
                        .extendedAttributes(
                                List.of(
                                        new ExtendedAttribute(bytes("user.b"), new byte[] {0, -1}),
                                        new ExtendedAttribute(bytes("user.a"), new byte[0])))
                        .content(List.of(BlobId.parse(ZEROS + "1"), BlobId.parse(ZEROS + "2")))
                        .build();
        Node device =
                Node.builder(new byte[] {(byte) 0xff, 'x'}, NodeType.BLOCK_DEVICE)
                        .mtime(TIME)
                        .device(2065)
                        .build();
        Node directory =
                Node.builder(new byte[] {(byte) 0xff, 'y'}, NodeType.DIRECTORY)
                        .mtime(TIME)
                        .subtree(TreeId.parse(EMPTY_TREE))
                        .build();
        Tree tree = Tree.of(List.of(file, device, directory));

        Tree read = Tree.read(tree.toJson());

        assertThat(read.nodes()).isEqualTo(tree.nodes());
        assertThat(read.toJson()).isEqualTo(tree.toJson());
        assertThat(text(tree.toJson()))
                .contains("\"inode\":18446744073709551615,\"device_id\":18446744073709551614");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"2020-01-01T00:00:00Z\",\"content\":[],\"new\":1}",
                "{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"2020-01-01T00:00:00Z\",\"content\":null}",
                "{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"2020-01-01T00:00:00Z\",\"content\":[],\"error\":\"x\"}"
            })
    void treesWithMoreThanWeKnowAreReadAndNeverWritten(String node) throws JsonException {
        Tree tree = Tree.read(tree(node));

        assertThat(tree.isComplete()).isFalse();
        assertThat(tree.nodes().getFirst().name()).isEqualTo(bytes("a"));
        assertThatThrownBy(tree::toJson).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void attributesOfWindowsAreKeptAsTheyAre() throws JsonException {
        byte[] json =
                tree(
                        "{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"2020-01-01T00:00:00Z\","
                            + "\"atime\":\"2020-01-01T00:00:00Z\",\"ctime\":\"2020-01-01T00:00:00Z\","
                            + "\"uid\":0,\"gid\":0,\"generic_attributes\":{\"windows.file_attributes\":32},"
                            + "\"content\":[]}");

        assertThat(text(Tree.read(json).toJson())).isEqualTo(text(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}\n", "{\"nodes\":null}\n", "[]", "", "{\"nodes\":[{}]}\n"})
    void whatIsNoTreeIsRefused(String json) {
        assertThatThrownBy(() -> Tree.read(bytes(json))).isInstanceOf(JsonException.class);
    }

    @Test
    void namesOfUnorderedTreesAreFoundToo() throws JsonException {
        byte[] a = bytes("a");
        byte[] b = bytes("b");
        String ordered = text(Tree.of(List.of(file(a).build(), file(b).size(9).build())).toJson());
        int comma = ordered.indexOf("},{") + 1;
        String start = "{\"nodes\":[";
        String first = ordered.substring(start.length(), comma);
        String second = ordered.substring(comma + 1, ordered.indexOf("]}\n"));
        Tree tree = Tree.read(bytes(start + second + "," + first + "]}\n"));

        assertThat(tree.isOrdered()).isFalse();
        assertThat(tree.find(b)).get().extracting(Node::size).isEqualTo(9L);
        assertThat(tree.find(a)).isPresent();
        assertThat(tree.find(bytes("c"))).isEmpty();
    }

    @Test
    void wrongOrderAndWrongNamesAreNeverWritten() {
        Node a = file(bytes("a")).build();
        Node b = file(bytes("b")).build();

        assertThatThrownBy(() -> Tree.of(List.of(b, a)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tree.of(List.of(a, a)))
                .isInstanceOf(IllegalArgumentException.class);
        for (String name : List.of("", ".", "..", "a/b", "a\0b")) {
            assertThatThrownBy(() -> Tree.of(List.of(file(bytes(name)).build())))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Node raw = file(new byte[] {(byte) 0xef, (byte) 0xbc, (byte) 0xa1}).build();
        Node astral = file("\ud800\udc00".getBytes(StandardCharsets.UTF_8)).build();
        assertThat(Tree.of(List.of(raw, astral)).isOrdered()).isTrue(); // by bytes, not UTF-16
    }

    private static Node.Builder file(byte[] name) {
        return Node.builder(name, NodeType.FILE).mtime(TIME);
    }

    private static byte[] tree(String node) {
        return bytes("{\"nodes\":[" + node + "]}\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void snapshotsSurviveAndKeepTheirKeyOrder() throws JsonException {
        Timestamp time = Timestamp.of(Instant.ofEpochSecond(1_600_000_000, 7), ZoneOffset.UTC);
        Snapshot snapshot =
                Snapshot.builder(time, TreeId.parse(EMPTY_TREE))
                        .paths(List.of("/a", "/b<"))
                        .hostname("h")
                        .username("u")
                        .owner(1000, 0)
                        .tags(List.of("t"))
                        .excludes(List.of("*.c"))
                        .programVersion("holdfast 1")
                        .summary(
                                Optional.of(
                                        new SnapshotSummary(
                                                time, time, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)))
                        .build();

        byte[] json = snapshot.toJson();

        assertThat(Snapshot.read(json)).isEqualTo(snapshot);
        assertThat(text(json))
                .isEqualTo(
                        "{\"time\":\"2020-09-13T12:26:40.000000007Z\",\"tree\":\""
                                + EMPTY_TREE
                                + "\",\"paths\":[\"/a\",\"/b\\u003c\"],\"hostname\":\"h\",\"username\":\"u\","
                                + "\"uid\":1000,\"excludes\":[\"*.c\"],\"tags\":[\"t\"],\"program_version\":\"holdfast"
                                + " 1\",\"summary\":{"
                                + "\"backup_start\":\"2020-09-13T12:26:40.000000007Z\","
                                + "\"backup_end\":\"2020-09-13T12:26:40.000000007Z\","
                                + "\"files_new\":1,\"files_changed\":2,\"files_unmodified\":3,"
                                + "\"dirs_new\":4,\"dirs_changed\":5,\"dirs_unmodified\":6,"
                                + "\"data_blobs\":7,\"tree_blobs\":8,\"data_added\":9,"
                                + "\"data_added_packed\":10,\"total_files_processed\":11,"
                                + "\"total_bytes_processed\":12}}");
    }
}
