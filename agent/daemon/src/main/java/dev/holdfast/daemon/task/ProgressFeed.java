package dev.holdfast.daemon.task;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.holdfast.proto.v1.AgentFrame;
import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.TaskProgress;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/// Progress of one task on its way out: at most one frame a second, a new phase at once.
/// Thread-safe.
final class ProgressFeed implements Consumer<Progress> {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final String taskId;
    private final FrameSink sink;
    private final InstantSource clock;

    @GuardedBy("this")
    private Instant next = Instant.MIN;

    @GuardedBy("this")
    private Progress.Phase phase = Progress.Phase.PHASE_UNSPECIFIED;

    ProgressFeed(String taskId, FrameSink sink, InstantSource clock) {
        this.taskId = taskId;
        this.sink = sink;
        this.clock = clock;
    }

    @Override
    public void accept(Progress progress) {
        synchronized (this) {
            Instant now = clock.instant();
            if (now.isBefore(next) && progress.getPhase() == phase) return;
            next = now.plus(INTERVAL);
            phase = progress.getPhase();
        }
        sink.send(
                AgentFrame.newBuilder()
                        .setProgress(
                                TaskProgress.newBuilder().setTaskId(taskId).setProgress(progress))
                        .build());
    }
}
