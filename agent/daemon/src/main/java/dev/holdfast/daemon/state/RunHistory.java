package dev.holdfast.daemon.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/// The newest finished runs, newest first, for display only. Thread-safe.
public final class RunHistory {
    @GuardedBy("this")
    private final Deque<AgentStatus.LastRun> runs = new ArrayDeque<>();

    public RunHistory(Collection<AgentStatus.LastRun> earlier) {
        runs.addAll(earlier);
    }

    public synchronized void add(TaskOrder order, TaskResult result) {
        String failure =
                result.hasFailure()
                        ? result.getFailure().getCode() + ": " + result.getFailure().getMessage()
                        : "";
        runs.addFirst(
                new AgentStatus.LastRun(
                        order.getTaskId(),
                        order.getSpecCase().name().toLowerCase(Locale.ROOT),
                        result.getOutcome().name(),
                        ProtoTime.instant(result.getFinishedAt()),
                        failure));
        while (runs.size() > AgentStatus.RUNS_MAX) {
            runs.removeLast();
        }
    }

    public synchronized List<AgentStatus.LastRun> newest() {
        return List.copyOf(runs);
    }
}
