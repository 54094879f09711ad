package dev.holdfast.cli.command;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.cli.run.RunReport;
import dev.holdfast.proto.v1.CancelRunRequest;
import dev.holdfast.proto.v1.GetRunRequest;
import dev.holdfast.proto.v1.ListRunsReply;
import dev.holdfast.proto.v1.ListRunsRequest;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Optional;

@Command(
        name = "run",
        description = "What agents did and do.",
        subcommands = {
            RunCommand.Runs.class,
            RunCommand.Get.class,
            RunCommand.Watch.class,
            RunCommand.Cancel.class
        })
final class RunCommand {
    @Command(name = "list", description = "Runs, newest first.")
    static final class Runs extends ControllerCommand {
        @Option(names = "--agent", paramLabel = "AGENT", description = "Only runs of this agent.")
        String agent = "";

        @Option(names = "--limit", paramLabel = "N", description = "At most so many (default 50).")
        int limit = 50;

        Runs(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            ListRunsRequest request =
                    ListRunsRequest.newBuilder().setAgent(agent).setLimit(limit).build();
            ListRunsReply reply =
                    controller.ask(channel -> RunsGrpc.newBlockingStub(channel).listRuns(request));
            output.show(reply, new RunReport(output).table(reply.getRunsList()));
            return Exit.OK;
        }
    }

    @Command(name = "get", description = "One run; ends with 0, whatever the run's state.")
    static final class Get extends ControllerCommand {
        @Parameters(paramLabel = "RUN", description = "Id, or unique beginning of it.")
        String run = "";

        Get(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            new RunReport(output).print(find(controller, run));
            return Exit.OK;
        }
    }

    @Command(
            name = "watch",
            description = "Follows a run; ends with its exit code. Ctrl-C does not stop the run.")
    static final class Watch extends ControllerCommand {
        @Parameters(paramLabel = "RUN", description = "Id, or unique beginning of it.")
        String run = "";

        Watch(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure, InterruptedException {
            return watch(controller, output, find(controller, run), Optional.empty());
        }
    }

    @Command(name = "cancel", description = "Asks the agent to stop a run in good order.")
    static final class Cancel extends ControllerCommand {
        @Parameters(paramLabel = "RUN", description = "Id, or unique beginning of it.")
        String run = "";

        Cancel(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            CancelRunRequest request = CancelRunRequest.newBuilder().setRun(run).build();
            new RunReport(output)
                    .print(
                            controller.ask(
                                    channel ->
                                            RunsGrpc.newBlockingStub(channel).cancelRun(request)));
            return Exit.OK;
        }
    }

    private static Run find(Controller controller, String run) throws CommandFailure {
        GetRunRequest request = GetRunRequest.newBuilder().setRun(run).build();
        return controller.ask(channel -> RunsGrpc.newBlockingStub(channel).getRun(request));
    }
}
