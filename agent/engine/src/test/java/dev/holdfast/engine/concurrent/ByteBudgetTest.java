package dev.holdfast.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

@Timeout(30)
class ByteBudgetTest {
    @Test
    void neverGivesOutMoreThanThereIs() throws Exception {
        ByteBudget budget = new ByteBudget(100);
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        try (TaskGroup group = TaskGroup.ofVirtual("test")) {
            for (int i = 0; i < 200; i++) {
                long bytes = 1L + i % 100;
                group.fork(
                        "task",
                        () -> {
                            budget.acquire(bytes);
                            most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                            Thread.onSpinWait();
                            held.addAndGet(-bytes);
                            budget.release(bytes);
                            return bytes;
                        });
            }
            group.join();
        }
        assertThat(most.get()).isBetween(1L, 100L);
        assertThat(budget.held()).isZero();
    }

    @Test
    void aRequestAboveTheWholeIsServedAlone() throws Exception {
        ByteBudget budget = new ByteBudget(100);
        budget.acquire(1000);
        assertThat(budget.held()).isEqualTo(1000);
        try (TaskGroup group = TaskGroup.ofVirtual("test")) {
            Future<Boolean> small =
                    group.fork(
                            "small",
                            () -> {
                                budget.acquire(1);
                                return true;
                            });
            assertThat(small.isDone()).isFalse();
            budget.release(1000);
            assertThat(small.get()).isTrue();
        }
    }

    @Test
    void anInterruptedWaiterBlocksNobody() throws Exception {
        ByteBudget budget = new ByteBudget(10);
        budget.acquire(10);
        try (TaskGroup group = TaskGroup.ofVirtual("test")) {
            for (int round = 0; round < 100; round++) {
                Future<?> large = group.fork("large", () -> acquire(budget, 10));
                Future<?> small = group.fork("small", () -> acquire(budget, 1));
                if (RandomGenerator.getDefault().nextBoolean()) {
                    Thread.onSpinWait();
                }
                large.cancel(true);
                budget.release(10);
                small.get();
                budget.acquire(10);
            }
        }
    }

    @Test
    void refusesNonsense() throws Exception {
        ByteBudget budget = new ByteBudget(10);
        budget.acquire(5);

        assertThatIllegalArgumentException().isThrownBy(() -> budget.release(6));
        assertThatIllegalArgumentException().isThrownBy(() -> budget.acquire(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteBudget(0));
    }

    private static boolean acquire(ByteBudget budget, long bytes) throws InterruptedException {
        budget.acquire(bytes);
        budget.release(bytes);
        return true;
    }
}
