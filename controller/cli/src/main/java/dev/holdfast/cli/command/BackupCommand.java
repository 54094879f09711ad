package dev.holdfast.cli.command;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.StartBackupRequest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;

@Command(name = "backup", description = "Backups by hand.", subcommands = BackupCommand.Start.class)
final class BackupCommand {
    @Command(name = "run", description = "Has an agent back up paths of its host now.")
    static final class Start extends ControllerCommand {
        @Parameters(index = "0", paramLabel = "AGENT")
        String agent = "";

        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "PATH",
                description = "Absolute paths on its host.")
        List<String> paths = new ArrayList<>();

        @Option(names = "--storage", required = true, paramLabel = "STORAGE")
        String storage = "";

        @Option(
                names = "--exclude",
                paramLabel = "PATTERN",
                description = "Leave out; may be repeated.")
        List<String> excludes = new ArrayList<>();

        @Option(
                names = "--tag",
                paramLabel = "TAG",
                description = "Tag of the snapshot; may be repeated.")
        List<String> tags = new ArrayList<>();

        @Mixin final WaitOption wait = new WaitOption();

        Start(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure, InterruptedException {
            StartBackupRequest request =
                    StartBackupRequest.newBuilder()
                            .setAgent(agent)
                            .setStorage(storage)
                            .addAllPaths(paths)
                            .addAllExcludes(excludes)
                            .addAllTags(tags)
                            .build();
            Run run =
                    controller.ask(
                            channel -> RunsGrpc.newBlockingStub(channel).startBackup(request));
            return started(controller, output, run, wait);
        }
    }
}
