package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.process.AgentProcess;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `run`: the daemon.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the agent until it is told to stop.")
final class RunCommand implements Callable<Integer> {
    @Mixin private StateOptions state = new StateOptions();

    private final Streams streams;

    RunCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        Optional<Path> socket =
                Optional.ofNullable(streams.environment().get("SSH_AUTH_SOCK"))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of);
        try {
            new AgentProcess(
                            state.stateDir(),
                            state.config(),
                            socket,
                            InstantSource.system(),
                            new SecureRandom())
                    .run();
        } catch (InterruptedException _) {
            // told to stop: that is how it ends
        }
        return ExitCode.OK.number();
    }
}
