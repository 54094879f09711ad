package dev.holdfast.engine.repository.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.engine.repository.pack.PackEntry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class IndexTest {
    private final Random random = new Random(17);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 1000, 100_000})
    void holdsWhatAMapWouldHold(int count) {
        BlobIndex index = new BlobIndex();
        Map<BlobId, List<BlobIndex.Place>> data = new HashMap<>();
        Map<BlobId, List<BlobIndex.Place>> trees = new HashMap<>();
        Map<PackId, List<PackEntry>> packs = new HashMap<>();
        List<BlobId> ids = new ArrayList<>();
        for (int added = 0; added < count; ) {
            PackId pack = new PackId(hash());
            List<PackEntry> entries = new ArrayList<>();
            int offset = 0;
            int blobs = Math.min(count - added, 1 + random.nextInt(60));
            for (int i = 0; i < blobs; i++) {
                boolean known = !ids.isEmpty() && random.nextInt(20) == 0;
                BlobId id = known ? ids.get(random.nextInt(ids.size())) : new BlobId(hash());
                BlobType type = random.nextBoolean() ? BlobType.DATA : BlobType.TREE;
                int gap = random.nextInt(50) == 0 ? random.nextInt(9) : 0;
                PackEntry entry =
                        new PackEntry(
                                type,
                                id,
                                offset + gap,
                                32 + random.nextInt(9000),
                                random.nextInt(3) * 5000);
                ids.add(id);
                entries.add(entry);
                (type == BlobType.DATA ? data : trees)
                        .computeIfAbsent(id, _ -> new ArrayList<>())
                        .add(new BlobIndex.Place(pack, entry));
                offset = entry.end();
            }
            packs.put(pack, List.copyOf(entries));
            Collections.shuffle(entries, random);
            index.add(pack, entries);
            index.add(pack, entries); // the same file again
            added += blobs;
        }
        assertThat(index.blobCount()).isEqualTo(count);
        assertThat(index.packCount()).isEqualTo(packs.size());
        assertThat(index.disputedPacks()).isEmpty();
        for (BlobId id : ids.subList(0, Math.min(ids.size(), 50_000))) {
            assertSame(index, BlobType.DATA, id, data.getOrDefault(id, List.of()));
            assertSame(index, BlobType.TREE, id, trees.getOrDefault(id, List.of()));
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(index.contains(BlobType.DATA, new BlobId(hash()))).isFalse();
        }
        Map<PackId, List<PackEntry>> listed = new HashMap<>();
        index.forEachPack((pack, entries) -> assertThat(listed.put(pack, entries)).isNull());
        assertThat(listed).isEqualTo(packs);
    }

    @Test
    void keepsIdsApartThatBeginAlike() {
        BlobIndex index = new BlobIndex();
        List<PackEntry> entries = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            entries.add(
                    new PackEntry(
                            BlobType.DATA, new BlobId(new Sha256(-1, 5, 6, i)), i * 40, 40, 0));
        }
        index.add(new PackId(hash()), entries);
        for (PackEntry entry : entries) {
            assertThat(index.places(BlobType.DATA, entry.id()))
                    .extracting(BlobIndex.Place::entry)
                    .containsExactly(entry);
        }
        assertThat(index.contains(BlobType.DATA, new BlobId(new Sha256(-1, 5, 6, 500)))).isFalse();
        assertThat(index.contains(BlobType.DATA, new BlobId(new Sha256(0, 5, 6, 0)))).isFalse();
    }

    @Test
    void keepsWhatEachOfTwoFilesSaysOfAPack() {
        BlobIndex index = new BlobIndex();
        PackId pack = new PackId(hash());
        PackEntry first = new PackEntry(BlobType.DATA, new BlobId(hash()), 0, 40, 0);
        PackEntry second = new PackEntry(BlobType.DATA, new BlobId(hash()), 40, 50, 0);
        PackEntry third = new PackEntry(BlobType.TREE, new BlobId(hash()), 90, 60, 7);
        index.add(pack, List.of(first, second));
        index.add(pack, List.of(second, third));
        assertThat(index.packCount()).isEqualTo(1);
        assertThat(index.disputedPacks()).containsExactly(pack);
        index.forEachPack(
                (_, entries) -> assertThat(entries).containsExactly(first, second, third));
        assertThat(index.plaintextLength(BlobType.TREE, third.id())).isEqualTo(7);
    }

    @Test
    void takesLittleMemory() {
        int perPack = 40;
        BlobIndex index = new BlobIndex();
        while (index.blobCount() < 1_000_000) {
            List<PackEntry> entries = new ArrayList<>();
            for (int j = 0; j < perPack; j++) {
                entries.add(new PackEntry(BlobType.DATA, new BlobId(hash()), j * 1000, 1000, 5000));
            }
            index.add(new PackId(hash()), entries);
            if (index.blobCount() % 100_000 == 0 && index.blobCount() > 300_000) {
                assertThat(index.bytes() / (double) index.blobCount()).isBetween(40.0, 48.0);
            }
        }
    }

    @Test
    void readsWhatItWrites() throws Exception {
        Map<PackId, List<PackEntry>> packs = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            List<PackEntry> entries = new ArrayList<>();
            for (int j = 0; j < 30; j++) {
                BlobType type = j % 2 == 0 ? BlobType.DATA : BlobType.TREE;
                entries.add(
                        new PackEntry(type, new BlobId(hash()), j * 50, 50, j % 3 == 0 ? 0 : 99));
            }
            packs.put(new PackId(hash()), entries);
        }
        byte[] json = IndexJson.write(packs);
        assertThat(json).endsWith('}', '\n');
        Map<PackId, List<PackEntry>> read = new LinkedHashMap<>();
        IndexJson.read(json, true, read::put);
        assertThat(read).isEqualTo(packs);
        assertThatThrownBy(() -> IndexJson.read(json, false, read::put))
                .isInstanceOf(IndexFormatException.class)
                .hasMessageContaining("version 1");
    }

    @Test
    void writesAsResticDoes() {
        PackId pack = PackId.parse("ab".repeat(32));
        PackEntry raw = new PackEntry(BlobType.DATA, BlobId.parse("cd".repeat(32)), 0, 43, 0);
        PackEntry tree = new PackEntry(BlobType.TREE, BlobId.parse("ef".repeat(32)), 43, 50, 2);
        assertThat(new String(IndexJson.write(Map.of(pack, List.of(raw, tree))), UTF_8))
                .isEqualTo(
                        "{\"packs\":[{\"id\":\""
                                + "ab".repeat(32)
                                + "\",\"blobs\":["
                                + "{\"id\":\""
                                + "cd".repeat(32)
                                + "\",\"type\":\"data\",\"offset\":0,\"length\":43},{\"id\":\""
                                + "ef".repeat(32)
                                + "\",\"type\":\"tree\",\"offset\":43,\"length\":50,"
                                + "\"uncompressed_length\":2}]}]}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"packs\":[]}",
                "{\"packs\":null}",
                "{\"supersedes\":[\"abc\"],\"packs\":[]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":null}]}"
            })
    void readsFilesWithoutBlobs(String json) throws Exception {
        Set<PackId> packs = new HashSet<>();
        IndexJson.read(
                json.replace("ID", "ab".repeat(32)).getBytes(UTF_8),
                true,
                (id, _) -> packs.add(id));
        assertThat(packs).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{\"packs\":[{}]}",
                "{\"packs\":[{\"id\":\"12\",\"blobs\":[]}]}",
                "{\"packs\":[{\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":0,\"length\":43}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"type\":\"data\",\"offset\":0,\"length\":43}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"offset\":0,\"length\":43}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"Data\",\"offset\":0,\"length\":43}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":-1,\"length\":43}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":0,\"length\":31}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":0,\"length\":4294967295}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":2147483647,\"length\":43}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":0}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":0,\"length\":43,\"uncompressed_length\":-5}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"offset\":0,\"length\":43.5}]}]}",
                "{\"packs\":[]} {}"
            })
    void refusesOtherFiles(String json) {
        assertThatThrownBy(
                        () ->
                                IndexJson.read(
                                        json.replace("ID", "ab".repeat(32)).getBytes(UTF_8),
                                        true,
                                        (_, _) -> {}))
                .isInstanceOf(IndexFormatException.class);
    }

    @Test
    void damagedFilesAreReadOrRefused() {
        PackEntry entry = new PackEntry(BlobType.TREE, new BlobId(hash()), 43, 50, 2);
        byte[] json = IndexJson.write(Map.of(new PackId(hash()), List.of(entry, entry)));
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(json, 1 + random.nextInt(json.length));
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                IndexJson.read(damaged, true, (_, _) -> {});
            } catch (IndexFormatException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    private static void assertSame(
            BlobIndex index, BlobType type, BlobId id, List<BlobIndex.Place> expected) {
        Comparator<BlobIndex.Place> order =
                Comparator.comparing(BlobIndex.Place::pack)
                        .thenComparingInt(place -> place.entry().offset());
        assertThat(index.contains(type, id)).isEqualTo(!expected.isEmpty());
        assertThat(index.places(type, id).stream().sorted(order).toList())
                .isEqualTo(expected.stream().sorted(order).toList());
        if (expected.size() == 1) {
            assertThat(index.plaintextLength(type, id))
                    .isEqualTo(expected.getFirst().entry().plaintextLength());
        }
    }

    private Sha256 hash() {
        return new Sha256(
                random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }
}
