package dev.holdfast.engine.restorer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Collects failed items: the first [#LISTED_MAX] and the number of all. Thread-safe.
final class Failures {
    static final int LISTED_MAX = 100;

    private final RestoreListener listener;
    private final List<ItemFailure> listed = new ArrayList<>();
    private long count;

    Failures(RestoreListener listener) {
        this.listener = listener;
    }

    /// Notes a failed item.
    synchronized void add(Object path, @Nullable String cause) {
        count++;
        ItemFailure failure = new ItemFailure(path.toString(), String.valueOf(cause));
        if (listed.size() < LISTED_MAX) {
            listed.add(failure);
        }
        listener.failed(failure);
    }

    /// Takes over what was found before; the listener knows it.
    synchronized void addAll(List<ItemFailure> failures, long allCount) {
        failures.stream().limit(LISTED_MAX - listed.size()).forEach(listed::add);
        count += allCount;
    }

    synchronized List<ItemFailure> listed() {
        return List.copyOf(listed);
    }

    synchronized long count() {
        return count;
    }
}
