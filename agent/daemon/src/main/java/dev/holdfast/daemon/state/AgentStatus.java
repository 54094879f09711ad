package dev.holdfast.daemon.state;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the running agent last said of itself, for `holdfast-agent status`.
///
/// @param connectedSince empty while there is no session
/// @param problem why there is none; empty while there is one
public record AgentStatus(
        long pid,
        Instant writtenAt,
        Instant startedAt,
        Optional<Instant> connectedSince,
        String problem,
        List<String> runningTasks,
        List<LastRun> lastRuns,
        int unreported) {
    private static final String FILE = "status.json";

    /// How many finished runs are kept for display.
    public static final int RUNS_MAX = 20;

    /// One finished task.
    ///
    /// @param failure `CODE: message`; empty where it succeeded
    public record LastRun(
            String taskId, String kind, String outcome, Instant finishedAt, String failure) {}

    public AgentStatus {
        runningTasks = List.copyOf(runningTasks);
        lastRuns = List.copyOf(lastRuns);
    }

    public void save(StateDirectory directory) throws IOException {
        directory.write(
                FILE,
                JsonMapper.shared().writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
    }

    /// Empty where no agent has run with this state yet, or what it wrote cannot be read.
    public static Optional<AgentStatus> load(StateDirectory directory) throws IOException {
        Optional<byte[]> bytes = directory.read(FILE);
        if (bytes.isEmpty()) return Optional.empty();
        try {
            return Optional.of(JsonMapper.shared().readValue(bytes.get(), AgentStatus.class));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /// The same as a tree, to print it.
    public JsonNode toJson() {
        return JsonMapper.shared().valueToTree(this);
    }
}
