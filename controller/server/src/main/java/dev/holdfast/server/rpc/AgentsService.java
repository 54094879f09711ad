package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.Agent;
import dev.holdfast.proto.v1.AgentsGrpc;
import dev.holdfast.proto.v1.GetAgentRequest;
import dev.holdfast.proto.v1.ListAgentsReply;
import dev.holdfast.proto.v1.ListAgentsRequest;
import dev.holdfast.proto.v1.RevokeAgentRequest;
import dev.holdfast.server.fleet.Fleet;
import dev.holdfast.server.fleet.Links;
import dev.holdfast.server.run.Runs;

import io.grpc.stub.StreamObserver;

/// Agents, for operators.
final class AgentsService extends AgentsGrpc.AgentsImplBase {
    private final Fleet fleet;
    private final Runs runs;
    private final Links links;

    AgentsService(Fleet fleet, Runs runs, Links links) {
        this.fleet = fleet;
        this.runs = runs;
        this.links = links;
    }

    @Override
    public void listAgents(ListAgentsRequest request, StreamObserver<ListAgentsReply> out) {
        Calls.unary(
                "Agents/ListAgents",
                out,
                () -> {
                    var reply = ListAgentsReply.newBuilder();
                    fleet.list().forEach(agent -> reply.addAgents(view(agent)));
                    return reply.build();
                });
    }

    @Override
    public void getAgent(GetAgentRequest request, StreamObserver<Agent> out) {
        Calls.unary("Agents/GetAgent", out, () -> view(fleet.get(request.getAgent())));
    }

    @Override
    public void revokeAgent(RevokeAgentRequest request, StreamObserver<Agent> out) {
        Calls.unary(
                "Agents/RevokeAgent",
                out,
                () -> {
                    var agent = fleet.revoke(request.getAgent(), Caller.operator());
                    runs.agentRevoked(agent.id(), Caller.operator());
                    return view(agent);
                });
    }

    private Agent view(dev.holdfast.server.fleet.Agent agent) {
        return Views.agent(agent, links.isConnected(agent.id()));
    }
}
