package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.state.AgentStatus;
import dev.holdfast.daemon.state.Identity;
import dev.holdfast.daemon.state.StateDirectory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `status`: what the agent on this host does; exit 9 where somebody should look.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows what the agent on this host is doing; exit code 9 if it is not well.")
final class StatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "as one JSON object")
    private boolean json;

    @Mixin private StateOptions state = new StateOptions();

    private final Streams streams;

    StatusCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        StateDirectory directory = StateDirectory.open(state.stateDir());
        Identity identity = Identity.load(directory);
        Instant expiry = identity.chain().getFirst().getNotAfter().toInstant();
        boolean running = isRunning(directory);
        Optional<AgentStatus> status = AgentStatus.load(directory);
        if (json) {
            json(identity, expiry, running, status);
        } else {
            text(identity, expiry, running, status);
        }
        boolean lastFailed =
                status.stream()
                        .flatMap(each -> each.lastRuns().stream().limit(1))
                        .anyMatch(run -> run.outcome().equals("FAILED"));
        boolean connected = status.flatMap(AgentStatus::connectedSince).isPresent();
        boolean well = running && connected && !lastFailed;
        return (well ? ExitCode.OK : ExitCode.ALERT).number();
    }

    private static boolean isRunning(StateDirectory directory) throws IOException {
        Optional<StateDirectory.ProcessLock> lock = directory.tryLock();
        if (lock.isEmpty()) return true;
        lock.get().close();
        return false;
    }

    private void json(
            Identity identity, Instant expiry, boolean running, Optional<AgentStatus> status) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("agent_id", identity.names().agentId());
        node.put("agent_name", identity.names().agentName());
        node.put("controller", identity.names().controller());
        node.put("certificate_expires_at", expiry.toString());
        node.put("running", running);
        status.ifPresent(each -> node.set("status", each.toJson()));
        streams.out().println(node);
    }

    private void text(
            Identity identity, Instant expiry, boolean running, Optional<AgentStatus> status) {
        line("agent", identity.names().agentName() + " (" + identity.names().agentId() + ")");
        line("controller", identity.names().controller());
        line("certificate", "until " + expiry);
        line("process", running ? "running" : "not running: holdfast-agent run");
        if (status.isEmpty()) return;
        AgentStatus known = status.get();
        if (running) {
            String since =
                    known.connectedSince()
                            .map(at -> "connected since " + at)
                            .orElse("not connected: " + known.problem());
            line("session", since);
            line(
                    "tasks",
                    known.runningTasks().isEmpty()
                            ? "none"
                            : String.join(" ", known.runningTasks()));
        }
        line("unreported", known.unreported() + " results");
        for (AgentStatus.LastRun run : known.lastRuns()) {
            line(
                    "run",
                    run.finishedAt()
                            + "  "
                            + run.kind()
                            + "  "
                            + run.outcome()
                            + "  "
                            + run.taskId()
                            + (run.failure().isEmpty() ? "" : "  " + run.failure()));
        }
    }

    private void line(String what, String value) {
        streams.out().printf("%-12s %s%n", what, Text.safe(value));
    }
}
