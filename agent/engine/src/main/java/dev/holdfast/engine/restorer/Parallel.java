package dev.holdfast.engine.restorer;

import dev.holdfast.engine.concurrent.TaskGroup;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Works through a list by a few threads, in about its order.
final class Parallel {
    private Parallel() {}

    /// Makes a worker for each thread and lets it take items until none is left. The first failure
    /// stops all.
    static <T> void forEach(String name, int threads, List<T> items, WorkerFactory<T> factory)
            throws IOException, InterruptedException {
        if (items.isEmpty()) {
            return;
        }
        AtomicInteger next = new AtomicInteger();
        int workers = Math.min(threads, items.size());
        try (TaskGroup group = TaskGroup.ofPlatform(name, workers)) {
            for (int i = 0; i < workers; i++) {
                group.fork(
                        "worker " + i,
                        () -> {
                            try (Worker<T> worker = factory.open()) {
                                for (int at; (at = next.getAndIncrement()) < items.size(); ) {
                                    stopIfInterrupted();
                                    worker.work(items.get(at));
                                }
                            }
                            return true;
                        });
            }
            group.join(IOException.class);
        }
    }

    /// Ends loops that never wait.
    static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the restore was stopped");
        }
    }

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    interface WorkerFactory<T> {
        Worker<T> open();
    }

    /// Belongs to one thread.
    interface Worker<T> extends AutoCloseable {
        void work(T item) throws IOException, InterruptedException;

        @Override
        default void close() {}
    }
}
