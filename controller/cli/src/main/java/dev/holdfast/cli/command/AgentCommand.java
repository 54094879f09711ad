package dev.holdfast.cli.command;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Amounts;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.PlainText;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.cli.token.Binding.Trust;
import dev.holdfast.proto.v1.Agent;
import dev.holdfast.proto.v1.AgentsGrpc;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetAgentRequest;
import dev.holdfast.proto.v1.ListAgentsReply;
import dev.holdfast.proto.v1.ListAgentsRequest;
import dev.holdfast.proto.v1.PolicySummary;
import dev.holdfast.proto.v1.RevokeAgentRequest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

@Command(
        name = "agent",
        description = "Hosts and their agents.",
        subcommands = {
            AgentCommand.Agents.class,
            AgentCommand.Get.class,
            AgentCommand.Revoke.class
        })
final class AgentCommand {
    @Command(
            name = "list",
            description = "All agents; proves and pins the sealing keys of new ones.")
    static final class Agents extends ControllerCommand {
        Agents(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            ListAgentsReply reply =
                    controller.ask(
                            channel ->
                                    AgentsGrpc.newBlockingStub(channel)
                                            .listAgents(ListAgentsRequest.getDefaultInstance()));
            Table table =
                    new Table("AGENT", "ID", "STATE", "LAST SEEN", "VERSION", "KEY", "LABELS");
            for (Agent agent : reply.getAgentsList()) {
                table.row(
                        agent.getName(),
                        agent.getId(),
                        state(agent),
                        Amounts.time(agent.getLastSeenAt(), output.zone()),
                        agent.getFacts().getAgentVersion(),
                        lower(trust(place, output, agent)),
                        TokenCommand.labels(agent.getLabelsMap()));
            }
            output.show(reply, table);
            return Exit.OK;
        }
    }

    @Command(name = "get", description = "One agent, with what its host allows.")
    static final class Get extends ControllerCommand {
        @Parameters(paramLabel = "AGENT", description = "Name, id, or unique beginning of the id.")
        String agent = "";

        Get(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            GetAgentRequest request = GetAgentRequest.newBuilder().setAgent(agent).build();
            Agent found =
                    controller.ask(
                            channel -> AgentsGrpc.newBlockingStub(channel).getAgent(request));
            Trust trust = trust(place, output, found);
            output.show(found, page(found, trust, output));
            return trust.alarming() ? Exit.CONFLICT : Exit.OK;
        }
    }

    @Command(
            name = "revoke",
            description = "Cuts an agent off; to come back its host needs a new token.")
    static final class Revoke extends ControllerCommand {
        @Parameters(paramLabel = "AGENT", description = "Name, id, or unique beginning of the id.")
        String agent = "";

        Revoke(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            RevokeAgentRequest request = RevokeAgentRequest.newBuilder().setAgent(agent).build();
            Agent revoked =
                    controller.ask(
                            channel -> AgentsGrpc.newBlockingStub(channel).revokeAgent(request));
            output.show(revoked, new Table("").row("agent " + revoked.getName() + " is revoked"));
            return Exit.OK;
        }
    }

    private static Table page(Agent agent, Trust trust, Output output) {
        PolicySummary policy = agent.getPolicy();
        return new Table("", "")
                .row("agent", agent.getName())
                .row("id", agent.getId())
                .row("state", state(agent))
                .row("last seen", Amounts.time(agent.getLastSeenAt(), output.zone()))
                .row(
                        "host",
                        String.join(
                                ", ",
                                agent.getFacts().getHostName(),
                                agent.getFacts().getOs(),
                                agent.getFacts().getArch(),
                                agent.getFacts().getTimeZone()))
                .row("version", agent.getFacts().getAgentVersion())
                .row("labels", TokenCommand.labels(agent.getLabelsMap()))
                .row("enrolled", Amounts.time(agent.getEnrolledAt(), output.zone()))
                .row(
                        "certificate until",
                        Amounts.time(agent.getCertificateExpiresAt(), output.zone()))
                .row("sealing key", lower(trust))
                .row("may back up", list(policy.getBackupPathsList()))
                .row("never", list(policy.getNeverPathsList()))
                .row("may restore to", list(policy.getRestoreRootsList()))
                .row("may overwrite", policy.getOverwrite() ? "yes" : "no")
                .row("may be browsed", policy.getBrowse() ? "yes" : "no")
                .row("storages", list(policy.getStoragesList()));
    }

    private static String list(List<String> values) {
        return values.isEmpty() ? "nothing" : String.join(" ", values);
    }

    private static String state(Agent agent) {
        if (agent.getRevoked()) {
            return "revoked";
        }
        return agent.getConnected() ? "connected" : "away";
    }

    private static String lower(Trust trust) {
        return trust.alarming() ? trust.name() : trust.name().toLowerCase(Locale.ROOT);
    }

    /// Says loudly where the controller names a sealing key that is not the agent's.
    private static Trust trust(Workplace place, Output output, Agent agent) throws CommandFailure {
        try {
            Trust trust = place.binding().check(agent);
            if (trust.alarming()) {
                output.terminal()
                        .err()
                        .println(
                                output.terminal().alarm("warning " + trust + " sealing key")
                                        + ": agent "
                                        + PlainText.line(agent.getName())
                                        + " ("
                                        + agent.getId()
                                        + "): the controller names a key that this host's agent did"
                                        + " not make. Do not seal secrets to it; re-enroll the host"
                                        + " if it was rebuilt.");
            }
            return trust;
        } catch (IOException e) {
            throw CommandFailure.of(
                    Failure.Code.PERMISSION_DENIED,
                    "cannot read or write the known agents in " + place.folder(),
                    "check folder, owner and free space",
                    e);
        }
    }
}
