package dev.holdfast.cli.command;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.StartInitRequest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Optional;

@Command(
        name = "repo",
        description = "The repository of a storage.",
        subcommands = RepoCommand.Init.class)
final class RepoCommand {
    @Command(
            name = "init",
            description = "Creates a new repository, and waits for it; never over an existing one.")
    static final class Init extends ControllerCommand {
        @Parameters(paramLabel = "STORAGE")
        String storage = "";

        @Option(
                names = "--agent",
                required = true,
                paramLabel = "AGENT",
                description = "Agent that does it.")
        String agent = "";

        Init(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure, InterruptedException {
            StartInitRequest request =
                    StartInitRequest.newBuilder().setAgent(agent).setStorage(storage).build();
            Run run =
                    controller.ask(channel -> RunsGrpc.newBlockingStub(channel).startInit(request));
            return watch(controller, output, run, Optional.empty());
        }
    }
}
