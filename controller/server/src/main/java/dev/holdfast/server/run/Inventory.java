package dev.holdfast.server.run;

import java.util.Set;

/// What an agent's journal holds when a stream opens: tasks that it accepted and did not finish,
/// and results that it has not yet handed over.
public record Inventory(Set<String> running, Set<String> unreported) {
    public Inventory {
        running = Set.copyOf(running);
        unreported = Set.copyOf(unreported);
    }
}
