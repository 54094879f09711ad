package dev.holdfast.engine.archiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.engine.snapshot.Snapshots;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The archiver over files in memory that fail and change.
final class ArchiverTest {
    private static final ArchiveOptions OPTIONS = TestRepository.options().build();

    private TestRepository repository;
    private MemoryFileSource source;

    @BeforeEach
    void init() throws IOException, InterruptedException {
        repository = new TestRepository();
        source =
                new MemoryFileSource("/")
                        .file("/home/a", "content of a")
                        .file("/home/empty", "")
                        .file("/home/sub/b", "b")
                        .directory("/home/void");
    }

    @AfterEach
    void close() {
        repository.close();
    }

    @Test
    void storesFilesAndSummarisesThem() throws IOException, InterruptedException {
        ArchiveResult result = repository.archive(source, OPTIONS, "/home");

        Map<String, Node> nodes = repository.nodes(result.snapshot());
        assertThat(nodes.keySet())
                .containsExactly(
                        "/home/",
                        "/home/a",
                        "/home/empty",
                        "/home/sub/",
                        "/home/sub/b",
                        "/home/void/");
        assertThat(repository.content(node(nodes, "/home/a"))).asString().isEqualTo("content of a");
        assertThat(node(nodes, "/home/empty").content()).isEmpty();
        assertThat(node(nodes, "/home/a").size()).isEqualTo(12);
        assertThat(node(nodes, "/home/a").atime()).isEqualTo(node(nodes, "/home/a").mtime());
        assertThat(result.isComplete()).isTrue();
        assertThat(result.snapshot().parent()).isEmpty();
        assertThat(result.snapshot().summary())
                .get()
                .satisfies(
                        summary -> {
                            assertThat(summary.filesNew()).isEqualTo(3);
                            assertThat(summary.dirsNew()).isEqualTo(3);
                            assertThat(summary.dataBlobs()).isEqualTo(2);
                            assertThat(summary.treeBlobs()).isEqualTo(4);
                            assertThat(summary.totalFilesProcessed()).isEqualTo(3);
                            assertThat(summary.totalBytesProcessed()).isEqualTo(13);
                        });
    }

    @Test
    void anUnchangedBackupOpensNoFileAndStoresNoBlob() throws IOException, InterruptedException {
        ArchiveResult first = repository.archive(source, OPTIONS, "/home");
        int opened = source.filesOpened();

        ArchiveResult second = repository.archive(source, OPTIONS, "/home");

        assertThat(source.filesOpened()).isEqualTo(opened).isEqualTo(3);
        assertThat(second.counts().blobs()).isZero();
        assertThat(second.snapshot().tree()).isEqualTo(first.snapshot().tree());
        assertThat(second.snapshot().parent()).contains(first.id());
        assertThat(second.snapshot().summary())
                .get()
                .satisfies(
                        summary -> {
                            assertThat(summary.filesUnmodified()).isEqualTo(3);
                            assertThat(summary.dirsUnmodified()).isEqualTo(3);
                            assertThat(summary.totalBytesProcessed()).isEqualTo(13);
                        });
    }

    @Test
    void onlyChangedFilesAreRead() throws IOException, InterruptedException {
        repository.archive(source, OPTIONS, "/home");
        source.file("/home/a", "changed", 2_000);
        int opened = source.filesOpened();

        ArchiveResult second = repository.archive(source, OPTIONS, "/home");

        assertThat(source.filesOpened()).isEqualTo(opened + 1);
        assertThat(repository.content(node(repository.nodes(second.snapshot()), "/home/a")))
                .asString()
                .isEqualTo("changed");
        assertThat(second.snapshot().summary().orElseThrow().filesChanged()).isEqualTo(1);
    }

    @Test
    void forceReadsEverythingAgain() throws IOException, InterruptedException {
        repository.archive(source, OPTIONS, "/home");

        ArchiveResult second =
                repository.archive(source, TestRepository.options().force(true).build(), "/home");

        assertThat(source.filesOpened()).isEqualTo(6);
        assertThat(second.snapshot().parent()).isEmpty();
    }

    @Test
    void theParentHasAllOurPathsAndTheSameHost() throws IOException, InterruptedException {
        source.file("/etc/x", "x").file("/opt/y", "y");
        ArchiveResult wide = repository.archive(source, OPTIONS, "/home", "/etc");
        repository.archive(source, OPTIONS, "/opt");
        repository.archive(
                source, ArchiveOptions.builder("other", TestRepository.UPLOAD).build(), "/home");

        assertThat(repository.archive(source, OPTIONS, "/etc").snapshot().parent())
                .contains(wide.id());
        assertThat(repository.archive(source, OPTIONS, "/etc", "/opt").snapshot().parent())
                .isEmpty();
    }

    @Test
    void snapshotsNewerThanOursAreNoParents() throws IOException, InterruptedException {
        repository.archive(source, OPTIONS, "/home");
        ArchiveOptions earlier =
                TestRepository.options().time(TestRepository.NOW.minusSeconds(9)).build();

        ArchiveResult result = repository.archive(source, earlier, "/home");

        assertThat(result.snapshot().parent()).isEmpty();
        assertThat(result.snapshot().time().instant())
                .isEqualTo(TestRepository.NOW.minusSeconds(9));
    }

    @Test
    void unreadableItemsAreLeftOutAndReported() throws IOException, InterruptedException {
        source.file("/home/locked", "x")
                .file("/home/closed/inside", "x")
                .file("/home/odd", "x")
                .file("/home/torn", "0123456789")
                .special("/home/socket", NodeType.SOCKET)
                .special("/home/irregular", NodeType.IRREGULAR)
                .failOpen("/home/locked", FileAccessException.Kind.PERMISSION_DENIED)
                .failOpen("/home/closed", FileAccessException.Kind.PERMISSION_DENIED)
                .failStatus("/home/odd", FileAccessException.Kind.IO)
                .failReadAt("/home/torn", 6);

        ArchiveResult result = repository.archive(source, OPTIONS, "/home");

        assertThat(repository.nodes(result.snapshot()).keySet())
                .containsExactly(
                        "/home/",
                        "/home/a",
                        "/home/empty",
                        "/home/sub/",
                        "/home/sub/b",
                        "/home/void/");
        assertThat(result.failureCount()).isEqualTo(5);
        assertThat(result.failures())
                .extracting(outcome -> outcome.path() + " " + outcome.kind())
                .containsExactly(
                        "/home/closed PERMISSION_DENIED",
                        "/home/irregular UNSUPPORTED",
                        "/home/locked PERMISSION_DENIED",
                        "/home/odd UNREADABLE",
                        "/home/torn UNREADABLE");
        assertThat(repository.content(node(repository.nodes(result.snapshot()), "/home/sub/b")))
                .asString()
                .isEqualTo("b");
    }

    @Test
    void vanishedItemsAreAsIfTheyHadNeverBeen() throws IOException, InterruptedException {
        source.file("/home/gone", "x")
                .file("/home/late", "x")
                .failStatus("/home/gone", FileAccessException.Kind.NOT_FOUND)
                .failOpen("/home/late", FileAccessException.Kind.NOT_FOUND);

        ArchiveResult result = repository.archive(source, OPTIONS, "/home");

        assertThat(result.isComplete()).isTrue();
        assertThat(repository.nodes(result.snapshot()).keySet())
                .doesNotContain("/home/gone", "/home/late");
    }

    @Test
    void aFileThatGrowsIsStoredAsItWasRead() throws IOException, InterruptedException {
        source.beforeOpen("/home/a", () -> source.file("/home/a", "longer than it was", 5_000));

        ArchiveResult result = repository.archive(source, OPTIONS, "/home");

        Node node = node(repository.nodes(result.snapshot()), "/home/a");
        assertThat(node.size()).isEqualTo(18);
        assertThat(node.mtime().epochSecond()).isEqualTo(5_000);
        assertThat(repository.content(node)).asString().isEqualTo("longer than it was");
    }

    @Test
    void missingTargetsAreReportedAndTheRestIsStored() throws IOException, InterruptedException {
        ArchiveResult result = repository.archive(source, OPTIONS, "/nowhere/at", "/home/a");

        assertThat(result.snapshot().paths()).containsExactly("/home/a");
        assertThat(result.failures())
                .extracting(ItemOutcome::kind)
                .containsExactly(ItemOutcome.Kind.TARGET_MISSING);
    }

    @Test
    void withoutAnyTargetThereIsNoSnapshot() throws IOException, InterruptedException {
        assertThatThrownBy(() -> repository.archive(source, OPTIONS, "/nowhere"))
                .isInstanceOfSatisfying(
                        ArchiveException.class,
                        e -> assertThat(e.kind()).isEqualTo(ArchiveException.Kind.TARGETS_MISSING));
        assertThat(repository.repository().snapshotIds()).isEmpty();
    }

    @Test
    void entriesNamedByTwoTargetsAreStoredOnce() throws IOException, InterruptedException {
        ArchiveOptions options = TestRepository.options().excludes(List.of("sub", "a")).build();

        ArchiveResult result =
                repository.archive(source, options, "/home", "/home/sub", "/home", "/home/sub/b/");

        // what a person names is never excluded, only what lies below it
        assertThat(repository.nodes(result.snapshot()).keySet())
                .containsExactly(
                        "/home/", "/home/empty", "/home/sub/", "/home/sub/b", "/home/void/");
    }

    @Test
    void relativeTargetsOfEqualNameAreNumbered() throws IOException, InterruptedException {
        MemoryFileSource relative =
                new MemoryFileSource("/w/in").file("/w/in/x/1", "1").file("/w/x/2", "2");

        ArchiveResult result = repository.archive(relative, OPTIONS, "x", "../x");

        assertThat(repository.nodes(result.snapshot()).keySet())
                .containsExactly("/x-1/", "/x-1/2", "/x/", "/x/1");
        assertThat(result.snapshot().paths()).containsExactly("/w/in/x", "/w/x");
    }

    @Test
    void excludesByMarkerSizeAndTag() throws IOException, InterruptedException {
        source.file("/home/cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
                .file("/home/cache/data", "x")
                .file("/home/fake/CACHEDIR.TAG", "something else that is long enough to be read")
                .file("/home/fake/data", "x")
                .file("/home/sub/.nobackup", "");
        ArchiveOptions options =
                TestRepository.options()
                        .excludeCaches(true)
                        .excludeIfPresent(List.of(".nobackup"))
                        .excludeLargerThan(60)
                        .build();
        source.file("/home/large", "x".repeat(61));

        ArchiveResult result = repository.archive(source, options, "/home");

        assertThat(repository.nodes(result.snapshot()).keySet())
                .containsExactly(
                        "/home/",
                        "/home/a",
                        "/home/cache/",
                        "/home/cache/CACHEDIR.TAG",
                        "/home/empty",
                        "/home/fake/",
                        "/home/fake/CACHEDIR.TAG",
                        "/home/fake/data",
                        "/home/sub/",
                        "/home/sub/.nobackup",
                        "/home/void/");
    }

    @Test
    void filesWhoseChunksAreLostAreReadAgain() throws IOException, InterruptedException {
        ArchiveResult first = repository.archive(source, OPTIONS, "/home");
        Node a = node(repository.nodes(first.snapshot()), "/home/a");
        for (String name : repository.repository().listNames(FileType.INDEX)) {
            repository.repository().remove(FileType.INDEX, name);
        }

        assertThat(repository.index().contains(BlobType.DATA, a.content().getFirst())).isFalse();
        ArchiveResult second = repository.archive(source, OPTIONS, "/home");

        assertThat(second.snapshot().parent()).isEmpty();
        assertThat(repository.content(node(repository.nodes(second.snapshot()), "/home/a")))
                .asString()
                .isEqualTo("content of a");
    }

    @Test
    void stoppingBeforeTheSnapshotLeavesNone() throws IOException, InterruptedException {
        ArchiveListener stop =
                new ArchiveListener() {
                    @Override
                    public void beforeSnapshot() throws IOException {
                        throw new IOException("the lock was lost");
                    }
                };

        assertThatThrownBy(() -> repository.archive(source, OPTIONS, stop, "/home"))
                .hasMessage("the lock was lost");
        assertThat(repository.repository().snapshotIds()).isEmpty();
        ArchiveResult retried = repository.archive(source, OPTIONS, "/home");
        assertThat(retried.counts().blobs()).isZero(); // goes on from what is stored
    }

    @Test
    void anInterruptEndsTheRunWithoutSnapshot() throws IOException, InterruptedException {
        source.beforeOpen("/home/sub/b", Thread.currentThread()::interrupt);

        assertThatThrownBy(() -> repository.archive(source, OPTIONS, "/home"))
                .isInstanceOf(InterruptedException.class);
        Thread.interrupted();
        assertThat(repository.repository().snapshotIds()).isEmpty();
    }

    @Test
    void tellsPhasesAndItems() throws IOException, InterruptedException {
        List<ArchiveProgress> progress = new ArrayList<>();
        ArchiveListener listener =
                new ArchiveListener() {
                    @Override
                    public void progress(ArchiveProgress now) {
                        progress.add(now);
                    }
                };

        repository.archive(source, OPTIONS, listener, "/home");

        assertThat(progress)
                .extracting(ArchiveProgress::phase)
                .containsSubsequence(
                        ArchiveProgress.Phase.PREPARING,
                        ArchiveProgress.Phase.READING,
                        ArchiveProgress.Phase.FINISHING,
                        ArchiveProgress.Phase.VERIFYING);
        assertThat(progress.getLast().files()).isEqualTo(3);
        assertThat(progress.getLast().bytes()).isEqualTo(13);
    }

    @Test
    void snapshotsAreFoundByPrefixAndLatest() throws IOException, InterruptedException {
        repository.archive(source, OPTIONS, "/home");
        ArchiveResult newest = repository.archive(source, OPTIONS, "/home");
        Snapshots snapshots = new Snapshots(repository.repository());

        assertThat(snapshots.find("latest", SnapshotFilter.ALL).id()).isEqualTo(newest.id());
        assertThat(snapshots.find(newest.id().toString().substring(0, 16), SnapshotFilter.ALL).id())
                .isEqualTo(newest.id());
    }

    private static Node node(Map<String, Node> nodes, String path) {
        Node node = nodes.get(path);
        if (node == null) {
            throw new AssertionError("no " + path + " in " + nodes.keySet());
        }
        return node;
    }
}
