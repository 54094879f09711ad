package dev.holdfast.server.run;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Who wants to know of which run's changes. A watcher must return at once. Thread-safe.
final class RunFeed {
    private static final Logger LOG = LoggerFactory.getLogger(RunFeed.class);

    private final ConcurrentMap<String, List<Consumer<Run>>> watchers = new ConcurrentHashMap<>();

    void add(String runId, Consumer<Run> watcher) {
        watchers.compute(
                runId,
                (id, list) -> {
                    List<Consumer<Run>> all = list == null ? new CopyOnWriteArrayList<>() : list;
                    all.add(watcher);
                    return all;
                });
    }

    void remove(String runId, Consumer<Run> watcher) {
        watchers.computeIfPresent(
                runId,
                (id, list) -> {
                    list.remove(watcher);
                    return list.isEmpty() ? null : list;
                });
    }

    boolean isWatched(String runId) {
        return watchers.containsKey(runId);
    }

    void publish(Run run) {
        for (Consumer<Run> watcher : watchers.getOrDefault(run.id(), List.of())) {
            try {
                watcher.accept(run);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("run", run.id()).log("a watcher failed");
            }
        }
    }
}
