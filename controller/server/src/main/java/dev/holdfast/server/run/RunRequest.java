package dev.holdfast.server.run;

import java.util.List;

/// What an operator asked for, resolved and checked. `order` is the document for the agent.
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record RunRequest(
        String id,
        String agentId,
        String agentName,
        String storageId,
        String storageName,
        RunKind kind,
        List<String> paths,
        byte[] order) {
    public RunRequest {
        paths = List.copyOf(paths);
    }
}
