package dev.holdfast.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The contract over a storage that loses a third of all answers, and what is not retried.
class RetryingBackendTest extends BackendContract {
    private static final RetryPolicy FAST =
            new RetryPolicy(Duration.ofNanos(1), Duration.ofNanos(1000), Duration.ofSeconds(20));

    private final MemoryBackend memory = new MemoryBackend();
    private final Backend backend =
            retrying(FaultyBackend.random(memory, 5, 3, FaultyBackend.Fault.AFTER), FAST);

    @Override
    protected Backend backend() {
        return backend;
    }

    @Override
    protected void plant(String path, byte[] content) {
        memory.files().put(path, content);
    }

    @Override
    protected void removeFolder(String path) {
        memory.files().keySet().removeIf(file -> file.startsWith(path + "/"));
    }

    @Override
    protected List<String> names(String folder) {
        return memory.files().keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .map(path -> path.substring(folder.length() + 1))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void makesEveryOperationGoodAgain(FaultyBackend.Fault fault) throws Exception {
        byte[] content = bytes(1, 5000);
        Handle handle = handle(FileType.PACK, content);
        for (int k = 1; k <= 8; k++) {
            Backend once = retrying(FaultyBackend.once(memory, k, fault), FAST);
            once.create();
            once.save(handle, content, 0, content.length);
            byte[] part = new byte[100];
            once.load(handle, 10, part, 0, 100);
            assertThat(part).startsWith(content[10], content[11]);
            assertThat(once.load(handle)).isEqualTo(content);
            assertThat(once.size(handle)).isEqualTo(content.length);
            assertThat(once.list(FileType.PACK)).hasSize(1);
            once.remove(handle);
            assertThat(memory.files()).isEmpty();
        }
    }

    @Test
    void doesNotRepeatWhatCannotSucceed() {
        FaultyBackend denied =
                FaultyBackend.always(memory, BackendException.Kind.PERMISSION_DENIED);
        assertFails(
                BackendException.Kind.PERMISSION_DENIED,
                () -> retrying(denied, FAST).list(FileType.KEY));
        assertThat(denied.operations()).isEqualTo(1);
    }

    @Test
    void givesUpAfterTheBudgetButTriesTwice() {
        RetryPolicy none =
                new RetryPolicy(Duration.ofNanos(1), Duration.ofNanos(10), Duration.ZERO);
        FaultyBackend lost = FaultyBackend.always(memory, BackendException.Kind.CONNECTION_LOST);
        assertFails(
                BackendException.Kind.CONNECTION_LOST,
                () -> retrying(lost, none).list(FileType.KEY));
        assertThat(lost.operations()).isEqualTo(2);
    }

    @Test
    void pausesWithinTheirBoundsAndTellsThem() throws Exception {
        RetryPolicy policy =
                new RetryPolicy(
                        Duration.ofNanos(100), Duration.ofNanos(400), Duration.ofSeconds(20));
        List<Duration> pauses = new ArrayList<>();
        Backend listened =
                new RetryingBackend(
                        FaultyBackend.random(memory, 6, 2, FaultyBackend.Fault.BEFORE),
                        policy,
                        new Random(7),
                        (_, _, pause) -> pauses.add(pause));
        for (int i = 0; i < 100; i++) {
            listened.list(FileType.KEY);
        }
        assertThat(pauses).hasSizeGreaterThan(50);
        assertThat(pauses)
                .allMatch(
                        pause ->
                                pause.compareTo(policy.delayMin()) >= 0
                                        && pause.compareTo(policy.delayMax()) <= 0);
        assertThat(pauses.stream().distinct().count()).isGreaterThan(20);
    }

    @Test
    void endsInAPauseWhenInterrupted() {
        RetryPolicy slow =
                new RetryPolicy(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(2));
        Thread caller = Thread.currentThread();
        Backend lost =
                new RetryingBackend(
                        FaultyBackend.always(memory, BackendException.Kind.CONNECTION_LOST),
                        slow,
                        new Random(7),
                        (_, _, _) -> caller.interrupt());
        assertThatThrownBy(() -> lost.list(FileType.KEY)).isInstanceOf(InterruptedException.class);
    }

    private static Backend retrying(Backend inner, RetryPolicy policy) {
        return new RetryingBackend(inner, policy, new Random(7), (_, _, _) -> {});
    }
}
