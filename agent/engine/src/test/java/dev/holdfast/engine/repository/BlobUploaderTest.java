package dev.holdfast.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FaultyBackend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.backend.MemoryBackend;
import dev.holdfast.engine.backend.RetryPolicy;
import dev.holdfast.engine.backend.RetryingBackend;
import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.index.BlobIndex;
import dev.holdfast.engine.repository.pack.PackEntry;
import dev.holdfast.engine.repository.pack.PackHeader;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class BlobUploaderTest {
    private static final UploadOptions OPTIONS = UploadOptions.defaults(3).withPackSize(4 << 20);

    /// What each run of the crash tests stores: two or three packs a type.
    private static final List<byte[]> CONTENTS =
            IntStream.range(0, 30).mapToObj(i -> Samples.bytes(i, 300_000)).toList();

    private final MemoryBackend memory = new MemoryBackend();

    @ParameterizedTest
    @EnumSource
    void storesBlobsThatReadBack(UploadOptions.Compression compression) throws Exception {
        Repository repository = Samples.init(memory);
        Map<BlobId, byte[]> blobs = new HashMap<>();
        try (BlobUploader uploader =
                repository.index().uploader(OPTIONS.withCompression(compression))) {
            for (int i = 0; i < 120; i++) {
                byte[] content = Samples.bytes(i, i * 1500);
                blobs.put(Samples.idOf(content), content);
                store(uploader, BlobType.DATA, content);
            }
            uploader.finish();
            assertThat(uploader.counts().dataBlobs()).isEqualTo(120);
            assertThat(uploader.counts().plaintextBytes()).isEqualTo(119 * 60 * 1500L);
        }
        IndexedRepository indexed = assertConsistent(Samples.open(memory));
        assertThat(indexed.blobCount()).isEqualTo(120);
        for (Map.Entry<BlobId, byte[]> blob : blobs.entrySet()) {
            assertThat(indexed.plaintextLength(BlobType.DATA, blob.getKey()))
                    .isEqualTo(blob.getValue().length);
            assertThat(indexed.loadBlob(BlobType.DATA, blob.getKey())).isEqualTo(blob.getValue());
        }
    }

    @Test
    void storesTheSameBytesOnceForEachType() throws Exception {
        byte[] content = Samples.bytes(1, 1000);
        try (BlobUploader uploader = Samples.init(memory).index().uploader(OPTIONS)) {
            List<CompletableFuture<Stored>> results = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                results.add(store(uploader, BlobType.DATA, content));
                results.add(store(uploader, BlobType.TREE, content));
            }
            uploader.finish();
            assertThat(results.stream().filter(result -> result.join().added())).hasSize(2);
            assertThat(results.stream().map(result -> result.join().id()).distinct()).hasSize(1);
            assertThat(uploader.counts().blobs()).isEqualTo(2);
        }
        IndexedRepository indexed = assertConsistent(Samples.open(memory));
        assertThat(indexed.blobCount()).isEqualTo(2);
        assertThat(indexed.packCount()).isEqualTo(2);
        try (BlobUploader again = indexed.uploader(OPTIONS)) {
            assertThat(store(again, BlobType.DATA, content).join())
                    .isEqualTo(new Stored(Samples.idOf(content), false, 0));
            again.finish();
        }
        assertThat(Samples.open(memory).listNames(FileType.INDEX)).hasSize(1);
    }

    @Test
    void servesManyThreadsAndReleasesEveryBuffer() throws Exception {
        Repository repository = Samples.init(memory);
        AtomicInteger released = new AtomicInteger();
        Set<BlobId> ids = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
            ids.add(Samples.idOf(Samples.bytes(i, i % 700)));
        }
        try (BlobUploader uploader = repository.index().uploader(OPTIONS)) {
            try (TaskGroup group = TaskGroup.ofVirtual("callers")) {
                for (int caller = 0; caller < 8; caller++) {
                    int first = caller;
                    group.fork(
                            "caller " + caller,
                            () -> {
                                for (int i = 0; i < 3000; i++) {
                                    int n = (i + first * 100) % 3000;
                                    byte[] content = Samples.bytes(n, n % 700);
                                    uploader.store(
                                            BlobType.DATA,
                                            content,
                                            0,
                                            content.length,
                                            released::incrementAndGet);
                                }
                                return first;
                            });
                }
                group.join();
            }
            uploader.finish();
            assertThat(uploader.counts().blobs()).isEqualTo(ids.size());
        }
        assertThat(released).hasValue(8 * 3000);
        IndexedRepository indexed = assertConsistent(Samples.open(memory));
        assertThat(indexed.blobCount()).isEqualTo(ids.size());
    }

    @Test
    void closesPacksAtTheirSizeAndKeepsTypesApart() throws Exception {
        Repository repository = Samples.init(memory);
        UploadOptions raw = OPTIONS.withCompression(UploadOptions.Compression.OFF);
        try (BlobUploader uploader = repository.index().uploader(raw)) {
            for (int i = 0; i < 60; i++) {
                store(uploader, BlobType.DATA, Samples.bytes(i, 500_000));
                store(uploader, BlobType.TREE, Samples.bytes(i, 5_000));
            }
            store(uploader, BlobType.DATA, Samples.bytes(100, 8 << 20));
            uploader.finish();
            assertThat(uploader.counts().packs()).isEqualTo(9);
        }
        IndexedRepository indexed = assertConsistent(Samples.open(memory));
        List<Long> sizes = new ArrayList<>();
        indexed.forEachPack(
                pack -> sizes.add(pack.blobs().stream().mapToLong(BlobLocation::length).sum()));
        assertThat(sizes).hasSize(9).allMatch(size -> size <= (8 << 20) + 32);
        assertThat(sizes).filteredOn(size -> size > 4_000_000).hasSize(7);
    }

    @Test
    void storesHugeTrees() throws Exception {
        byte[] huge = new byte[30 << 20];
        new Random(5).nextBytes(huge);
        try (BlobUploader uploader = Samples.init(memory).index().uploader(OPTIONS)) {
            store(uploader, BlobType.TREE, huge);
            uploader.finish();
        }
        IndexedRepository indexed = assertConsistent(Samples.open(memory));
        assertThat(Arrays.equals(indexed.loadBlob(BlobType.TREE, Samples.idOf(huge)), huge))
                .isTrue();
    }

    @Test
    void writesAnIndexNowAndThen() throws Exception {
        Repository repository = Samples.init(memory);
        UploadOptions often =
                new UploadOptions(
                        UploadOptions.Compression.OFF, 4 << 20, 2, 2, 4, 1 << 20, Duration.ZERO);
        try (BlobUploader uploader = repository.index().uploader(often)) {
            for (int i = 0; i < 40; i++) {
                store(uploader, BlobType.DATA, Samples.bytes(i, 1 << 20));
            }
            uploader.finish();
        }
        assertThat(repository.listNames(FileType.INDEX)).hasSizeBetween(3, 11);
        assertConsistent(Samples.open(memory));
    }

    @Test
    void versionOneStoresNothingCompressed() throws Exception {
        RepositoryOptions one = new RepositoryOptions(1, Optional.empty(), Samples.SCRYPT);
        Repository repository = Repository.init(memory, Samples.password(), one, Samples.context());
        byte[] content = Samples.bytes(1, 10_000);
        try (BlobUploader uploader = repository.index().uploader(OPTIONS)) {
            store(uploader, BlobType.TREE, content);
            uploader.finish();
        }
        IndexedRepository indexed = assertConsistent(Samples.open(memory));
        assertThat(indexed.locations(BlobType.TREE, Samples.idOf(content)))
                .singleElement()
                .matches(location -> !location.compressed() && location.length() == 10_032);
        assertThat(indexed.loadBlob(BlobType.TREE, Samples.idOf(content))).isEqualTo(content);
    }

    @Test
    void theFirstFailureEndsEverything() throws Exception {
        Samples.init(memory);
        Backend full = new FullBackend(memory);
        AtomicInteger released = new AtomicInteger();
        AtomicInteger handedIn = new AtomicInteger();
        List<CompletableFuture<Stored>> results = new ArrayList<>();
        try (BlobUploader uploader = Samples.open(full).index().uploader(OPTIONS)) {
            IOException failure =
                    catchThrowableOfType(
                            IOException.class,
                            () -> {
                                for (int i = 0; i < 10_000; i++) {
                                    byte[] content = Samples.bytes(i, 300_000);
                                    results.add(
                                            uploader.store(
                                                    BlobType.DATA,
                                                    content,
                                                    0,
                                                    content.length,
                                                    released::incrementAndGet));
                                    handedIn.incrementAndGet();
                                }
                            });
            assertThat(failure).isInstanceOf(BackendException.class);
            assertThat(((BackendException) failure).kind())
                    .isEqualTo(BackendException.Kind.NO_SPACE);
            assertThatThrownBy(uploader::finish).isSameAs(failure);
        }
        assertThat(released.get()).isEqualTo(handedIn.get());
        assertThat(results).allMatch(CompletableFuture::isDone);
        assertThat(Samples.open(memory).listNames(FileType.INDEX)).isEmpty();
    }

    @Test
    void closingUnfinishedIndexesWhatIsStored() throws Exception {
        Repository repository = Samples.init(memory);
        List<CompletableFuture<Stored>> results = new ArrayList<>();
        try (BlobUploader uploader =
                repository
                        .index()
                        .uploader(OPTIONS.withCompression(UploadOptions.Compression.OFF))) {
            for (int i = 0; i < 40; i++) {
                results.add(store(uploader, BlobType.DATA, Samples.bytes(i, 1 << 20)));
            }
            results.getLast().join();
            Thread.currentThread().interrupt();
            assertThatThrownBy(uploader::finish).isInstanceOf(InterruptedException.class);
        }
        assertThat(Thread.interrupted()).isFalse();
        assertThat(results).allMatch(CompletableFuture::isDone);
        IndexedRepository indexed = assertConsistent(Samples.open(memory));
        assertThat(indexed.repository().listNames(FileType.PACK)).hasSize(indexed.packCount());
    }

    @Test
    void aCallerThatWaitsForRoomCanBeInterrupted() throws Exception {
        Samples.init(memory);
        try (BlobUploader uploader =
                Samples.open(new StuckBackend(memory)).index().uploader(OPTIONS)) {
            Thread caller =
                    Thread.ofVirtual()
                            .unstarted(
                                    () -> {
                                        Throwable thrown =
                                                catchThrowable(
                                                        () -> {
                                                            for (int i = 0; i < 10_000; i++) {
                                                                store(
                                                                        uploader,
                                                                        BlobType.DATA,
                                                                        Samples.bytes(i, 1 << 20));
                                                            }
                                                        });
                                        assertThat(thrown).isInstanceOf(InterruptedException.class);
                                    });
            caller.start();
            while (caller.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            caller.interrupt();
            caller.join();
        }
    }

    @Test
    void aBlobIsReadFromAnotherPlaceWhereOneIsDamaged() throws Exception {
        Repository repository = Samples.init(memory);
        byte[] content = Samples.bytes(1, 100_000);
        for (int i = 0; i < 2; i++) { // two writers that do not know of each other
            try (BlobUploader uploader =
                    new IndexedRepository(repository, new BlobIndex()).uploader(OPTIONS)) {
                store(uploader, BlobType.DATA, content);
                uploader.finish();
            }
        }
        IndexedRepository indexed = Samples.open(memory).index();
        BlobId id = Samples.idOf(content);
        List<BlobLocation> places = indexed.locations(BlobType.DATA, id);
        assertThat(places).hasSize(2);
        damage(places.getFirst());
        assertThat(indexed.loadBlob(BlobType.DATA, id)).isEqualTo(content);
        memory.files().remove(path(places.getFirst()));
        assertThat(indexed.loadBlob(BlobType.DATA, id)).isEqualTo(content);
        damage(places.getLast());
        RepositoryException failure =
                catchThrowableOfType(
                        RepositoryException.class, () -> indexed.loadBlob(BlobType.DATA, id));
        assertThat(failure.kind()).isEqualTo(RepositoryException.Kind.CORRUPT);
        memory.files().remove(path(places.getLast()));
        failure =
                catchThrowableOfType(
                        RepositoryException.class, () -> indexed.loadBlob(BlobType.DATA, id));
        assertThat(failure.kind()).isEqualTo(RepositoryException.Kind.CORRUPT);
        assertThat(failure).hasMessageContaining(id.toString());
        failure =
                catchThrowableOfType(
                        RepositoryException.class, () -> indexed.loadBlob(BlobType.TREE, id));
        assertThat(failure.kind()).isEqualTo(RepositoryException.Kind.NOT_FOUND);
    }

    /// Death at every operation of a run: what is there is consistent, and the next run succeeds.
    @ParameterizedTest
    @EnumSource
    void aCrashAnywhereLeavesASoundRepository(FaultyBackend.Fault fault) throws Exception {
        Samples.init(memory);
        FaultyBackend counting = FaultyBackend.counting(copy());
        run(counting);
        assertThat(counting.operations()).isGreaterThan(8);
        for (int k = 1; k <= counting.operations(); k++) {
            MemoryBackend storage = copy();
            Throwable thrown = catchThrowable(new Run(FaultyBackend.crash(storage, k, fault)));
            if (thrown == null) { // what failed is the removal of the lock, after all was stored
                assertThat(assertConsistent(Samples.open(storage)).blobCount()).isEqualTo(60);
                continue;
            }
            assertThat(thrown).as("operation %d", k).isInstanceOf(IOException.class);
            if (fault != FaultyBackend.Fault.TORN) { // a storage that tears may leave torn indexes
                assertConsistent(Samples.open(storage));
                run(storage);
                assertThat(assertConsistent(Samples.open(storage)).blobCount())
                        .isGreaterThanOrEqualTo(60);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRunOverALossyStorageSucceeds(long seed) throws Exception {
        Samples.init(memory);
        Backend lossy =
                new RetryingBackend(
                        FaultyBackend.random(memory, seed, 3, FaultyBackend.Fault.TORN),
                        new RetryPolicy(
                                Duration.ofNanos(1), Duration.ofNanos(9), Duration.ofMinutes(1)),
                        new Random(seed),
                        (_, _, _) -> {});
        run(lossy);
        assertThat(assertConsistent(Samples.open(memory)).blobCount()).isEqualTo(60);
    }

    private record Run(Backend backend) implements ThrowingCallable {
        @Override
        public void call() throws Throwable {
            run(backend);
        }
    }

    private static void run(Backend backend) throws IOException, InterruptedException {
        UploadOptions raw =
                new UploadOptions(
                        UploadOptions.Compression.OFF, 4 << 20, 2, 1, 3, 4 << 20, Duration.ZERO);
        Repository repository = Samples.open(backend);
        try (RepositoryLock lock = repository.lock(RepositoryLock.Mode.SHARED, Duration.ZERO);
                BlobUploader uploader = repository.index().uploader(raw)) {
            for (int i = 0; i < 30; i++) {
                store(uploader, BlobType.DATA, CONTENTS.get(i));
                store(uploader, BlobType.TREE, CONTENTS.get(i));
            }
            uploader.finish();
            lock.throwIfLost();
        }
    }

    private MemoryBackend copy() {
        MemoryBackend copy = new MemoryBackend();
        copy.files().putAll(memory.files());
        return copy;
    }

    private static CompletableFuture<Stored> store(
            BlobUploader uploader, BlobType type, byte[] content)
            throws IOException, InterruptedException {
        return uploader.store(type, content, 0, content.length, () -> {});
    }

    private void damage(BlobLocation location) {
        memory.files()
                .computeIfPresent(
                        path(location),
                        (_, file) -> {
                            byte[] damaged = file.clone();
                            damaged[location.offset() + 50] ^= 4;
                            return damaged;
                        });
    }

    private static String path(BlobLocation location) {
        return new Handle(FileType.PACK, location.pack().toString()).path();
    }

    /// Every indexed pack is there, hashes to its name, has a header that says what the index says,
    /// and blobs that decode.
    private static IndexedRepository assertConsistent(Repository repository) throws Exception {
        IndexedRepository indexed = repository.index();
        List<PackContents> packs = new ArrayList<>();
        indexed.forEachPack(packs::add);
        assertThat(indexed.disputedPacks()).isEmpty();
        SealedBox box = new SealedBox(repository.masterKey(), new SecureRandom());
        try (BlobDecoder decoder = indexed.decoder()) {
            for (PackContents pack : packs) {
                byte[] file =
                        repository
                                .backend()
                                .load(new Handle(FileType.PACK, pack.pack().toString()));
                assertThat(new Hasher().hash(file, 0, file.length)).isEqualTo(pack.pack().hash());
                int sealed = PackHeader.sealedLength(file, file.length);
                int blobBytes = file.length - 4 - sealed;
                List<PackEntry> header = PackHeader.open(box, file, blobBytes, sealed, blobBytes);
                assertThat(pack.blobs()).hasSameSizeAs(header);
                for (int i = 0; i < header.size(); i++) {
                    BlobLocation location = pack.blobs().get(i);
                    PackEntry entry = header.get(i);
                    assertThat(location)
                            .isEqualTo(
                                    new BlobLocation(
                                            pack.pack(),
                                            entry.type(),
                                            entry.id(),
                                            entry.offset(),
                                            entry.length(),
                                            entry.uncompressedLength()));
                    assertThat(decoder.decode(location, file, location.offset()))
                            .hasSize(location.plaintextLength());
                }
            }
        }
        return indexed;
    }

    /// Has no space for packs.
    private static final class FullBackend extends ForwardingBackend {
        FullBackend(Backend inner) {
            super(inner);
        }

        @Override
        public void save(Handle handle, byte[] bytes, int offset, int length)
                throws BackendException, InterruptedException {
            throw new BackendException(BackendException.Kind.NO_SPACE, "full: " + handle);
        }
    }

    /// Never gets done with a pack.
    private static final class StuckBackend extends ForwardingBackend {
        StuckBackend(Backend inner) {
            super(inner);
        }

        @Override
        public void save(Handle handle, byte[] bytes, int offset, int length)
                throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }
}
