package dev.holdfast.daemon.process;

import dev.holdfast.daemon.session.SessionLoop;
import dev.holdfast.daemon.state.AgentStatus;
import dev.holdfast.daemon.state.RunHistory;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.TaskLedger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;

/// Keeps the status file fresh. A disk that is full costs the status, not the agent. Thread-safe.
final class StatusWriter {
    private static final Logger log = LoggerFactory.getLogger(StatusWriter.class);

    private final StateDirectory directory;
    private final TaskLedger ledger;
    private final RunHistory history;
    private final Instant startedAt;
    private final InstantSource clock;

    StatusWriter(
            StateDirectory directory,
            TaskLedger ledger,
            RunHistory history,
            Instant startedAt,
            InstantSource clock) {
        this.directory = directory;
        this.ledger = ledger;
        this.history = history;
        this.startedAt = startedAt;
        this.clock = clock;
    }

    synchronized void write(SessionLoop.State session) {
        AgentStatus status =
                new AgentStatus(
                        ProcessHandle.current().pid(),
                        clock.instant(),
                        startedAt,
                        session.since(),
                        session.problem(),
                        ledger.runningIds(),
                        history.newest(),
                        ledger.unreportedIds().size());
        try {
            status.save(directory);
        } catch (IOException | RuntimeException e) {
            log.warn("the status file cannot be written: {}", e.getMessage());
        }
    }
}
