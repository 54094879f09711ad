package dev.holdfast.server.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One attempt of a task on one agent, as it is at one moment.
public record Run(
        RunRequest request,
        Instant createdAt,
        RunStatus status,
        Optional<Progress> progress,
        List<Event> events) {
    public Run {
        events = List.copyOf(events);
    }

    /// The newest progress that the agent sent, as a document.
    @SuppressWarnings("ArrayRecordComponent") // never changed after construction
    public record Progress(Instant at, byte[] document) {}

    /// One line of the run's history.
    public record Event(Instant at, RunState state, String text) {}

    public String id() {
        return request.id();
    }

    public RunState state() {
        return status.state();
    }

    Run with(Optional<Progress> newest) {
        return new Run(request, createdAt, status, newest, events);
    }
}
