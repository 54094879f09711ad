package dev.holdfast.cli.command;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.StartRestoreRequest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Optional;

@Command(
        name = "restore",
        description = {
            "Has an agent write files of a snapshot into a folder of its host.",
            "",
            "holdfast restore web01:/srv/app --to web02:/srv/restore    newest snapshot of web01"
                    + " with that path",
            "holdfast restore 0123abcd:/srv/app --to web02:/srv/restore",
            ""
        })
final class RestoreCommand extends ControllerCommand {
    @Parameters(
            index = "0",
            paramLabel = "AGENT:PATH|SNAPSHOT[:PATH]",
            description = "What to restore.")
    String what = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SNAPSHOT",
            description = "With AGENT:PATH: id, or latest (default).")
    Optional<String> snapshot = Optional.empty();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "AGENT:DIR",
            description = "Agent and absolute folder.")
    String to = "";

    @Option(
            names = "--storage",
            paramLabel = "STORAGE",
            description = "Default: where the newest backup lies.")
    String storage = "";

    @Option(names = "--verify", description = "Read again all that was written, and compare.")
    boolean verify;

    @Option(names = "--overwrite", description = "Replace files; else the folder must be empty.")
    boolean overwrite;

    @Mixin final WaitOption wait = new WaitOption();

    RestoreCommand(Workplace place) {
        super(place);
    }

    @Override
    Exit run(Controller controller, Output output) throws CommandFailure, InterruptedException {
        RestoreSource source = source();
        int colon = to.indexOf(':');
        if (colon < 1 || !to.startsWith("/", colon + 1)) {
            throw usage("\"" + to + "\" is not AGENT:DIR with an absolute DIR");
        }
        StartRestoreRequest request =
                StartRestoreRequest.newBuilder()
                        .setTargetAgent(to.substring(0, colon))
                        .setTarget(to.substring(colon + 1))
                        .setStorage(storage)
                        .setSourceAgent(source.agent())
                        .setSnapshot(source.snapshot())
                        .setPath(source.path())
                        .setVerify(verify)
                        .setOverwrite(overwrite)
                        .build();
        Run run =
                controller.ask(channel -> RunsGrpc.newBlockingStub(channel).startRestore(request));
        return started(controller, output, run, wait);
    }

    private RestoreSource source() throws CommandFailure {
        try {
            return RestoreSource.parse(what, snapshot);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private static CommandFailure usage(String message) {
        return CommandFailure.of(Failure.Code.INVALID_ARGUMENT, message, "holdfast restore --help");
    }
}
