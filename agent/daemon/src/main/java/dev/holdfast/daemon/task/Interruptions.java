package dev.holdfast.daemon.task;

import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.daemon.operation.OwnLocks;
import dev.holdfast.daemon.state.ProtoTime;
import dev.holdfast.daemon.state.RunHistory;
import dev.holdfast.daemon.state.TaskLedger;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.InstantSource;

/// Closes the tasks that a former process of this agent left open: their end is reported, their
/// locks are removed.
public final class Interruptions {
    private static final Logger log = LoggerFactory.getLogger(Interruptions.class);

    private final TaskLedger ledger;
    private final RunHistory history;
    private final InstantSource clock;

    public Interruptions(TaskLedger ledger, RunHistory history, InstantSource clock) {
        this.ledger = ledger;
        this.history = history;
        this.clock = clock;
    }

    /// Puts the end of each such task into the journal.
    public void report() throws IOException {
        for (TaskLedger.Interrupted task : ledger.interrupted()) {
            TaskResult result =
                    TaskResult.newBuilder()
                            .setOutcome(TaskResult.Outcome.FAILED)
                            .setFailure(
                                    new FailureReport(
                                                    Failure.Code.INTERRUPTED,
                                                    "the agent or its host went down while the task"
                                                            + " was running",
                                                    "run it again; what is stored already is not"
                                                            + " sent twice",
                                                    "process " + task.process().pid(),
                                                    true)
                                            .toProto())
                            .setStartedAt(ProtoTime.of(task.startedAt()))
                            .setFinishedAt(ProtoTime.of(clock.instant()))
                            .build();
            ledger.finish(task.order().getTaskId(), result);
            history.add(task.order(), result);
            log.warn(
                    "{} {} was interrupted; it is reported as failed",
                    TaskRunner.kind(task.order()),
                    task.order().getTaskId());
        }
    }

    /// Removes the locks; takes as long as the storages take. One that cannot be reached is left to
    /// the next person who meets the lock.
    public void removeLocks(StorageGate storages, OwnLocks locks, TaskLedger.ProcessMark self)
            throws InterruptedException {
        for (TaskLedger.Interrupted task : ledger.interrupted()) {
            TaskLedger.ProcessMark dead = task.process();
            if (!dead.host().equals(self.host()) || dead.pid() == 0) continue;
            StorageSpec spec = storage(task.order());
            try (Secret password = storages.password(spec)) {
                int removed =
                        locks.remove(
                                storages.check(spec),
                                password,
                                dead.pid(),
                                dead.bootId().equals(self.bootId()));
                if (removed > 0) {
                    log.info(
                            "removed {} locks of process {} in {}",
                            removed,
                            dead.pid(),
                            spec.getLocation());
                }
            } catch (IOException e) {
                log.warn(
                        "locks of process {} in {} could not be looked for: {}",
                        dead.pid(),
                        spec.getLocation(),
                        e.getMessage());
            }
        }
    }

    private static StorageSpec storage(TaskOrder order) {
        return switch (order.getSpecCase()) {
            case BACKUP -> order.getBackup().getStorage();
            case RESTORE -> order.getRestore().getStorage();
            case INIT -> order.getInit().getStorage();
            case SPEC_NOT_SET -> StorageSpec.getDefaultInstance();
        };
    }
}
