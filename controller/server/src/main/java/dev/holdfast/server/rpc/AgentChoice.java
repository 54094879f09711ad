package dev.holdfast.server.rpc;

import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.fleet.Agent;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.run.Runs;
import dev.holdfast.server.storage.StorageDefinition;

import java.util.List;
import java.util.Optional;

/// Which connected agent a storage is read through.
final class AgentChoice {
    private final Fleet fleet;
    private final Runs runs;
    private final Sessions sessions;

    AgentChoice(Fleet fleet, Runs runs, Sessions sessions) {
        this.fleet = fleet;
        this.runs = runs;
        this.sessions = sessions;
    }

    /// The agent that was named, else the only one connected; where there are several the error
    /// names them.
    Session named(String agent, StorageDefinition storage) throws RequestException {
        if (!agent.isEmpty()) {
            return session(fleet.getActive(agent));
        }
        List<Agent> able = able(storage);
        if (able.size() == 1) {
            return session(able.getFirst());
        }
        if (able.isEmpty()) {
            throw offline("no agent that can open storage " + storage.name() + " is connected");
        }
        throw RequestException.invalid(
                "agent", "several agents are connected, name one of " + names(able));
    }

    /// As [#named]; but of several the one is taken that used the storage last.
    Session lastUser(String agent, StorageDefinition storage) throws RequestException {
        if (agent.isEmpty()) {
            for (String id : runs.usersOf(storage.id())) {
                Optional<Session> session = sessions.find(id);
                if (session.isPresent() && opens(id, storage)) {
                    return session.get();
                }
            }
        }
        return named(agent, storage);
    }

    private Session session(Agent agent) throws RequestException {
        Optional<Session> session = sessions.find(agent.id());
        if (session.isEmpty()) {
            throw offline("agent " + agent.name() + " is not connected");
        }
        return session.get();
    }

    private RequestException offline(String message) {
        List<Agent> connected =
                fleet.list().stream().filter(agent -> sessions.isConnected(agent.id())).toList();
        return RequestException.temporary(
                FailureCode.AGENT_OFFLINE,
                message,
                connected.isEmpty()
                        ? "start an agent; none is connected"
                        : "connected are " + names(connected));
    }

    private List<Agent> able(StorageDefinition storage) {
        return fleet.list().stream()
                .filter(agent -> sessions.isConnected(agent.id()))
                .filter(agent -> opens(agent.id(), storage))
                .toList();
    }

    private static boolean opens(String agentId, StorageDefinition storage) {
        return storage.sealedFor().isEmpty() || storage.sealedFor().equals(agentId);
    }

    private static String names(List<Agent> agents) {
        List<String> names = agents.stream().map(Agent::name).limit(10).toList();
        return String.join(", ", names) + (agents.size() > 10 ? ", …" : "");
    }
}
