package dev.holdfast.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TreeCompare;
import dev.holdfast.engine.archiver.ArchiveResult;
import dev.holdfast.engine.backend.FaultyBackend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.MemoryBackend;
import dev.holdfast.engine.backend.RetryPolicy;
import dev.holdfast.engine.backend.RetryingBackend;
import dev.holdfast.engine.id.SnapshotId;
import dev.holdfast.engine.restorer.RestoreOptions;
import dev.holdfast.engine.restorer.RestoreResult;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// The storage dies at operation k of a backup or a restore: what was there before stays
/// restorable, what is reported as done is there, and doing it again succeeds.
///
/// A sample of the operations by a seed; every one of them with `-Dholdfast.tests=all`. A torn file
/// under its own name is no crash but a broken storage: [FaultyBackend.Fault#TORN] is left to the
/// tests of damage.
final class CrashTest {
    private static final RestoreOptions TRUSTED = RestoreOptions.DEFAULT.withTrusted(true);
    private static final int SAMPLE = 8;
    private static final long SEED = Long.getLong("holdfast.seed", 1);
    private static final boolean ALL = "all".equals(System.getProperty("holdfast.tests"));

    @TempDir private Path temp;
    private Path source;
    private Path before;
    private final Map<String, byte[]> state = new TreeMap<>();
    private SnapshotId first = SnapshotId.parse("00".repeat(32));
    private int restoreCount;

    /// A repository with one snapshot, and a source that has changed since.
    @BeforeEach
    void makeRepository() throws Exception {
        source = Files.createDirectory(temp.resolve("source"));
        SampleTree.files(source, 60, SEED);
        MemoryBackend backend = new MemoryBackend();
        Engine engine = new Engine(backend).init();
        first = engine.backup(source).id();
        before = temp.resolve("before");
        engine.restore(first, source, before, TRUSTED);
        assertThat(TreeCompare.differences(source, before)).isEmpty();
        state.putAll(backend.files());
        SampleTree.files(source, 70, SEED + 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyBackend.Fault.class,
            names = {"BEFORE", "AFTER"})
    void backupThatDiesAtAnyOperationCostsNothing(FaultyBackend.Fault fault) throws Exception {
        FaultyBackend counting = FaultyBackend.counting(repository());
        new Engine(counting).backup(source);
        for (int k : operations(counting.operations())) {
            String when = "seed " + SEED + ", operation " + k + ", " + fault;
            MemoryBackend storage = repository();
            boolean reported = backup(FaultyBackend.crash(storage, k, fault));
            Engine survivor = new Engine(storage);
            survivor.removeLocks();
            assertThat(survivor.errors()).as(when).isEmpty();
            List<SnapshotId> snapshots = survivor.snapshots();
            assertThat(snapshots).as(when).contains(first);
            if (reported) {
                assertThat(snapshots).as(when).hasSize(2);
            }
            for (SnapshotId snapshot : snapshots) {
                Path expected = snapshot.equals(first) ? before : source;
                assertThat(restored(survivor, snapshot, expected)).as(when).isEmpty();
            }
            ArchiveResult retry = survivor.backup(source);
            assertThat(retry.failures()).as(when).isEmpty();
            assertThat(restored(survivor, retry.id(), source)).as(when).isEmpty();
            assertThat(survivor.errors()).as(when).isEmpty();
        }
    }

    @Test
    void connectionThatIsLostOnceAtAnyOperationIsNotNoticed() throws Exception {
        FaultyBackend counting = FaultyBackend.counting(repository());
        new Engine(counting).backup(source);
        RetryPolicy soon =
                new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(9));
        for (int k : operations(counting.operations())) {
            String when = "seed " + SEED + ", operation " + k;
            MemoryBackend storage = repository();
            FaultyBackend faulty = FaultyBackend.once(storage, k, FaultyBackend.Fault.AFTER);
            Engine engine =
                    new Engine(new RetryingBackend(faulty, soon, new Random(k), (_, _, _) -> {}));
            ArchiveResult result = engine.backup(source);
            assertThat(storage.list(FileType.LOCK)).as(when).isEmpty();
            assertThat(restored(engine, result.id(), source)).as(when).isEmpty();
            assertThat(engine.errors()).as(when).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyBackend.Fault.class,
            names = {"BEFORE", "TORN"})
    void restoreThatDiesAtAnyOperationSaysSoAndCanBeRepeated(FaultyBackend.Fault fault)
            throws Exception {
        FaultyBackend counting = FaultyBackend.counting(repository());
        new Engine(counting).restore(first, source, temp.resolve("counted"), TRUSTED);
        for (int k : operations(counting.operations())) {
            String when = "seed " + SEED + ", operation " + k + ", " + fault;
            Path target = temp.resolve("target" + restoreCount++);
            FaultyBackend dying = FaultyBackend.crash(repository(), k, fault);
            try {
                RestoreResult result = new Engine(dying).restore(first, source, target, TRUSTED);
                boolean same = TreeCompare.differences(before, target).isEmpty();
                assertThat(result.complete()).as(when).isEqualTo(same);
            } catch (IOException e) {
                // said so
            }
            if (Files.exists(target)) {
                onlyWholeFiles(target, when);
            }
            RestoreResult again = new Engine(repository()).restore(first, source, target, TRUSTED);
            assertThat(again.failures()).as(when).isEmpty();
            assertThat(TreeCompare.differences(before, target)).as(when).isEmpty();
        }
    }

    /// Whether it was reported as done.
    private boolean backup(FaultyBackend dying) throws InterruptedException {
        try {
            new Engine(dying).backup(source);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> restored(Engine engine, SnapshotId snapshot, Path expected)
            throws Exception {
        Path target = temp.resolve("restored" + restoreCount++);
        RestoreResult result = engine.restore(snapshot, source, target, TRUSTED);
        assertThat(result.failures()).isEmpty();
        return TreeCompare.differences(expected, target);
    }

    private void onlyWholeFiles(Path target, String when) throws IOException {
        Map<String, Path> expected = TreeCompare.list(before);
        for (Map.Entry<String, Path> entry : TreeCompare.list(target).entrySet()) {
            Path original = expected.get(entry.getKey());
            assertThat(original).as(when + ": " + entry.getKey()).isNotNull();
            if (Files.isRegularFile(entry.getValue())) {
                assertThat(entry.getValue()).as(when).hasSameBinaryContentAs(original);
            }
        }
    }

    private MemoryBackend repository() {
        MemoryBackend backend = new MemoryBackend();
        backend.files().putAll(state);
        return backend;
    }

    private static Set<Integer> operations(int count) {
        if (ALL) {
            return new HashSet<>(IntStream.rangeClosed(1, count).boxed().toList());
        }
        Random random = new Random(SEED);
        Set<Integer> sample = new HashSet<>(List.of(1, count, count - 1, count - 2));
        for (int i = 0; i < SAMPLE; i++) {
            sample.add(1 + random.nextInt(count));
        }
        return sample;
    }
}
