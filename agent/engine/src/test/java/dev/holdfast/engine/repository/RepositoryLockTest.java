package dev.holdfast.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FaultyBackend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.backend.MemoryBackend;
import dev.holdfast.engine.concurrent.TaskGroup;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.repository.RepositoryLock.Mode;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

class RepositoryLockTest {
    private final MemoryBackend memory = new MemoryBackend();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-22T06:14:31.639367524Z"));

    @ParameterizedTest
    @CsvSource({
        "SHARED, SHARED, true",
        "SHARED, EXCLUSIVE, false",
        "EXCLUSIVE, SHARED, false",
        "EXCLUSIVE, EXCLUSIVE, false"
    })
    void oneLockStandsInTheWayOfAnother(Mode first, Mode second, boolean together)
            throws Exception {
        Repository repository = init();
        try (RepositoryLock lock = repository.lock(first, Duration.ZERO)) {
            assertThat(lock.valid()).isTrue();
            now.updateAndGet(time -> time.plusSeconds(180));
            if (together) {
                repository.lock(second, Duration.ZERO).close();
            } else {
                RepositoryException failure = locked(() -> repository.lock(second, Duration.ZERO));
                assertThat(failure)
                        .hasMessageContaining("user@host")
                        .hasMessageContaining("process " + ProcessHandle.current().pid())
                        .hasMessageContaining("3 min ago");
                assertThat(failure.hint()).isNotEmpty();
            }
            assertThat(lockNames()).hasSize(1);
        }
        assertThat(lockNames()).isEmpty();
        repository.lock(second, Duration.ZERO).close();
    }

    @Test
    void tellsWhatToDoAboutALockOfTheDead() throws Exception {
        Repository repository = init();
        try (RepositoryLock lock = repository.lock(Mode.SHARED, Duration.ZERO)) {
            memory.files().put("kept", file("locks/" + lockNames().getFirst()));
            assertThat(lock.mode()).isEqualTo(Mode.SHARED);
        }
        byte[] left = file("kept");
        memory.files().put("locks/" + Samples.idOf(left), left);
        now.updateAndGet(time -> time.plus(Duration.ofHours(3)));
        RepositoryException failure = locked(() -> repository.lock(Mode.EXCLUSIVE, Duration.ZERO));
        assertThat(failure).hasMessageContaining("3 h ago");
        assertThat(failure.hint()).contains("restic unlock");
        assertThat(repository.lockHolders())
                .singleElement()
                .matches(holder -> holder.stale(now.get()) && !holder.exclusive());
    }

    @Test
    void waitsForALockAsLongAsItIsTold() throws Exception {
        Repository repository = init();
        RepositoryLock lock = repository.lock(Mode.EXCLUSIVE, Duration.ZERO);
        FaultyBackend counting = FaultyBackend.counting(memory);
        Repository other =
                Repository.open(
                        counting,
                        Samples.password(),
                        Samples.context(now::get),
                        Samples.FAST_LOCKS);
        int before = counting.operations();
        try (TaskGroup group = TaskGroup.ofVirtual("release")) {
            group.fork(
                    "release",
                    () -> {
                        while (counting.operations() < before + 2) {
                            Thread.onSpinWait();
                        }
                        lock.close();
                        return true;
                    });
            other.lock(Mode.EXCLUSIVE, Duration.ofMillis(300)).close();
            group.join();
        }
        assertThat(lockNames()).isEmpty();
    }

    @Test
    void neverTwoHoldersOfAnExclusiveLock() throws Exception {
        Repository repository = init();
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        try (TaskGroup group = TaskGroup.ofVirtual("lockers")) {
            for (int i = 0; i < 8; i++) {
                group.fork(
                        "locker " + i,
                        () -> {
                            for (int tries = 0; tries < 40; tries++) {
                                try (RepositoryLock lock =
                                        repository.lock(Mode.EXCLUSIVE, Duration.ZERO)) {
                                    assertThat(holders.incrementAndGet()).isEqualTo(1);
                                    assertThat(lock.mode()).isEqualTo(Mode.EXCLUSIVE);
                                    taken.incrementAndGet();
                                    holders.decrementAndGet();
                                } catch (RepositoryException e) {
                                    assertThat(e.kind()).isEqualTo(RepositoryException.Kind.LOCKED);
                                }
                            }
                            return true;
                        });
            }
            group.join();
        }
        assertThat(taken.get()).isPositive();
        assertThat(lockNames()).isEmpty();
    }

    @Test
    void refreshesByANewFile() throws Exception {
        Repository repository = init();
        try (RepositoryLock lock = repository.lock(Mode.SHARED, Duration.ZERO)) {
            List<String> first = lockNames();
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(6)));
            while (lockNames().equals(first) || lockNames().size() != 1) {
                Thread.onSpinWait();
            }
            assertThat(lock.valid()).isTrue();
            assertThat(repository.lockHolders().getFirst().time()).isEqualTo(now.get());
        }
        assertThat(lockNames()).isEmpty();
    }

    @Test
    void isProvedAndRenewedAfterTheMachineSlept() throws Exception {
        Repository repository = init();
        try (RepositoryLock lock = repository.lock(Mode.EXCLUSIVE, Duration.ZERO)) {
            now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
            lock.throwIfLost();
            repository.saveUnpacked(FileType.SNAPSHOT, "{}".getBytes(UTF_8));
            assertThat(lock.valid()).isTrue();
            assertThat(repository.lockHolders().getFirst().time()).isEqualTo(now.get());
        }
        assertThat(lockNames()).isEmpty();
    }

    @Test
    void nothingIsWrittenOnceItIsLost() throws Exception {
        Repository repository = init();
        try (RepositoryLock lock = repository.lock(Mode.SHARED, Duration.ZERO);
                BlobUploader uploader = repository.index().uploader(UploadOptions.defaults(1))) {
            byte[] content = Samples.bytes(1, 1000);
            uploader.store(BlobType.DATA, content, 0, content.length, () -> {});
            memory.files().keySet().removeIf(path -> path.startsWith("locks/"));
            Set<String> files = Set.copyOf(memory.files().keySet());
            now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
            assertThat(locked(lock::throwIfLost).hint()).isNotEmpty();
            assertThat(lock.valid()).isFalse();
            locked(() -> repository.saveUnpacked(FileType.SNAPSHOT, "{}".getBytes(UTF_8)));
            locked(() -> repository.remove(FileType.KEY, repository.keyName()));
            locked(uploader::finish);
            assertThat(memory.files().keySet()).isEqualTo(files);
        }
    }

    @Test
    void isLostWhereItCannotBeRefreshedInTime() throws Exception {
        init();
        AtomicReference<Boolean> down = new AtomicReference<>(false);
        Backend backend =
                new ForwardingBackend(memory) {
                    @Override
                    public void save(Handle handle, byte[] bytes, int offset, int length)
                            throws BackendException, InterruptedException {
                        if (down.get()) {
                            throw new BackendException(
                                    BackendException.Kind.CONNECTION_LOST, "down");
                        }
                        super.save(handle, bytes, offset, length);
                    }
                };
        Repository repository =
                Repository.open(
                        backend, Samples.password(), Samples.context(now::get), Samples.FAST_LOCKS);
        try (RepositoryLock lock = repository.lock(Mode.SHARED, Duration.ZERO)) {
            down.set(true);
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(10)));
            lock.throwIfLost();
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(15)));
            assertThat(locked(lock::throwIfLost)).hasRootCauseMessage("down");
            down.set(false);
            lock.throwIfLost(); // proved untouched, as soon as the storage is back
        }
        assertThat(lockNames()).isEmpty();
    }

    @Test
    void aFailedAcquisitionLeavesNothingBehind() throws Exception {
        init();
        FaultyBackend counting = FaultyBackend.counting(memory);
        open(counting).lock(Mode.SHARED, Duration.ZERO).close();
        for (int k = 1; k <= counting.operations(); k++) {
            Backend once = FaultyBackend.once(memory, k, FaultyBackend.Fault.BEFORE);
            try {
                open(once).lock(Mode.SHARED, Duration.ZERO).close();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("made to fail");
            }
            // only where removing is what fails does a file stay
            boolean last = k == counting.operations();
            assertThat(lockNames()).as("operation %d", k).hasSize(last ? 1 : 0);
            memory.files().keySet().removeIf(path -> path.startsWith("locks/"));
        }
    }

    @Test
    void isRemovedWhenTheThreadIsInterrupted() throws Exception {
        Repository repository = init();
        RepositoryLock lock = repository.lock(Mode.EXCLUSIVE, Duration.ZERO);
        Thread.currentThread().interrupt();
        lock.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lockNames()).isEmpty();

        LockTiming slow =
                new LockTiming(
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        List.of());
        Repository waiting = Repository.open(memory, Samples.password(), Samples.context(), slow);
        Thread locker =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        assertThatThrownBy(
                                                        () ->
                                                                waiting.lock(
                                                                        Mode.SHARED, Duration.ZERO))
                                                .isInstanceOf(InterruptedException.class));
        while (lockNames().isEmpty()) {
            Thread.onSpinWait();
        }
        locker.interrupt();
        locker.join();
        assertThat(lockNames()).isEmpty();
    }

    @Test
    void closingTheRepositoryReleases() throws Exception {
        Repository repository = init();
        RepositoryLock lock = repository.lock(Mode.EXCLUSIVE, Duration.ZERO);
        repository.close();
        assertThat(lock.valid()).isFalse();
        assertThat(lockNames()).isEmpty();
    }

    @Test
    void emptyFilesAreNoLocksAndUnreadableOnesAre() throws Exception {
        Repository repository = init();
        memory.files().put("locks/" + "aa".repeat(32), new byte[0]);
        repository.lock(Mode.EXCLUSIVE, Duration.ZERO).close();
        memory.files().put("locks/" + "bb".repeat(32), new byte[100]);
        RepositoryException failure = locked(() -> repository.lock(Mode.SHARED, Duration.ZERO));
        assertThat(failure).hasMessageContaining("locks/bbbb");
        byte[] noLock =
                new UnpackedCodec(repository.masterKey(), repository.context().random())
                        .encode("it", "{\"pid\":1}".getBytes(UTF_8), true);
        memory.files().keySet().removeIf(path -> path.startsWith("locks/"));
        memory.files().put("locks/" + Samples.idOf(noLock), noLock);
        locked(() -> repository.lock(Mode.SHARED, Duration.ZERO));
    }

    @Test
    void writesTheJsonThatResticWrites() throws Exception {
        String json =
                "{\"time\":\"2026-11-22T06:14:31.639367524Z\",\"exclusive\":false,"
                        + "\"hostname\":\"vm\",\"username\":\"root\",\"pid\":2113}";
        assertThat(new String(LockHolder.read("n", json.getBytes(UTF_8)).write(), UTF_8))
                .isEqualTo(json);
        String user =
                "{\"time\":\"2026-11-22T06:14:31Z\",\"exclusive\":true,\"hostname\":\"vm\","
                        + "\"username\":\"u\",\"pid\":1,\"uid\":1000,\"gid\":100}";
        assertThat(new String(LockHolder.read("n", user.getBytes(UTF_8)).write(), UTF_8))
                .isEqualTo(user);
    }

    private Repository init() throws Exception {
        Samples.init(memory);
        return open(memory);
    }

    private Repository open(Backend backend) throws Exception {
        return Repository.open(
                backend, Samples.password(), Samples.context(now::get), Samples.FAST_LOCKS);
    }

    private List<String> lockNames() {
        return memory.files().keySet().stream()
                .filter(path -> path.startsWith("locks/"))
                .map(path -> path.substring("locks/".length()))
                .toList();
    }

    private byte[] file(String path) {
        return memory.files().getOrDefault(path, new byte[0]);
    }

    private static RepositoryException locked(ThrowingCallable operation) {
        RepositoryException failure = catchThrowableOfType(RepositoryException.class, operation);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(RepositoryException.Kind.LOCKED);
        return failure;
    }
}
