package dev.holdfast.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

@Timeout(30)
class TaskGroupTest {
    private static final int THREADS = 3;

    @ParameterizedTest
    @MethodSource("kinds")
    void joinWaitsForAllTasks(Supplier<TaskGroup> kind) throws Exception {
        AtomicInteger done = new AtomicInteger();
        try (TaskGroup group = kind.get()) {
            for (int i = 0; i < 100; i++) {
                group.fork("task", done::incrementAndGet);
            }
            Future<String> last = group.fork("last", () -> Thread.currentThread().getName());
            group.join();

            assertThat(done).hasValue(100);
            assertThat(last.get()).isEqualTo("test: last");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theFirstFailureInterruptsTheOthers(Supplier<TaskGroup> kind) throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch waiting = new CountDownLatch(1);
        try (TaskGroup group = kind.get()) {
            group.fork(
                    "victim",
                    () -> {
                        waiting.countDown();
                        try {
                            return forever();
                        } catch (InterruptedException e) {
                            interrupted.set(true);
                            throw e;
                        }
                    });
            group.fork(
                    "culprit",
                    () -> {
                        waiting.await();
                        throw new IOException("the cause");
                    });

            assertThatThrownBy(() -> group.join(IOException.class))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the cause");
            assertThat(interrupted).isTrue();
            assertThat(group.failed()).isTrue();
            assertThat(group.fork("late", () -> 1).isCancelled()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void closeInterruptsAndWaits(Supplier<TaskGroup> kind) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Future<Object> queued;
        try (TaskGroup group = kind.get()) {
            for (int i = 0; i < THREADS; i++) {
                group.fork(
                        "endless",
                        () -> {
                            started.countDown();
                            try {
                                return forever();
                            } finally {
                                ended.set(true);
                            }
                        });
            }
            queued = group.fork("queued", () -> forever());
            started.await();
        }
        assertThat(ended).isTrue();
        assertThat(queued.isCancelled()).isTrue();
    }

    @Test
    void anInterruptOfTheOwnerEndsJoin() throws Exception {
        try (TaskGroup group = TaskGroup.ofVirtual("test")) {
            group.fork("endless", () -> forever());
            Thread.currentThread().interrupt();

            assertThatThrownBy(group::join).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void uncheckedFailuresAndErrorsComeThrough() throws Exception {
        try (TaskGroup group = TaskGroup.ofVirtual("test")) {
            group.fork(
                    "bug",
                    () -> {
                        throw new IllegalArgumentException("bug");
                    });
            assertThatThrownBy(() -> group.join(IOException.class))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(group::join)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("test failed")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aCancelledTaskIsNoFailure() throws Exception {
        try (TaskGroup group = TaskGroup.ofVirtual("test")) {
            CountDownLatch started = new CountDownLatch(1);
            Future<Object> endless =
                    group.fork(
                            "endless",
                            () -> {
                                started.countDown();
                                return forever();
                            });
            started.await();
            endless.cancel(true);
            group.join();
            assertThat(group.failed()).isFalse();
        }
    }

    @Test
    void tasksMayForkOthers() throws Exception {
        AtomicInteger done = new AtomicInteger();
        try (TaskGroup group = TaskGroup.ofVirtual("test")) {
            group.fork("parent", () -> group.fork("child", done::incrementAndGet));
            group.join();
        }
        assertThat(done).hasValue(1);
    }

    @Test
    void platformGroupsAreBounded() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (TaskGroup group = TaskGroup.ofPlatform("test", THREADS)) {
            for (int i = 0; i < 50; i++) {
                group.fork(
                        "task",
                        () -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            Thread.onSpinWait();
                            return now.decrementAndGet();
                        });
            }
            group.join();
        }
        assertThat(most.get()).isBetween(1, THREADS);
    }

    static List<Supplier<TaskGroup>> kinds() {
        return List.of(
                () -> TaskGroup.ofVirtual("test"), () -> TaskGroup.ofPlatform("test", THREADS));
    }

    private static Object forever() throws InterruptedException {
        new CountDownLatch(1).await();
        return "never";
    }
}
