package dev.holdfast.cli.command;

import dev.holdfast.cli.context.Overrides;
import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.cli.run.Follower;
import dev.holdfast.cli.run.RunReport;
import dev.holdfast.proto.v1.Run;

import picocli.CommandLine.Mixin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/// A verb that asks the controller: connects, runs, disconnects.
abstract class ControllerCommand implements Callable<Integer> {
    final Workplace place;

    @Mixin final CommonOptions options = new CommonOptions();

    ControllerCommand(Workplace place) {
        this.place = place;
    }

    @Override
    public final Integer call() throws CommandFailure, InterruptedException {
        Output output =
                new Output(place.terminal(), options.format, !options.noHeaders, place.zone());
        try (Controller controller =
                place.connector()
                        .connect(
                                place.contexts()
                                        .resolve(
                                                options.overrides(),
                                                Overrides.of(place.environment())))) {
            return run(controller, output).code();
        }
    }

    abstract Exit run(Controller controller, Output output)
            throws CommandFailure, InterruptedException;

    /// Ends a command that started `run`: prints its id at once, or follows it and ends as the run
    /// ends.
    final Exit started(Controller controller, Output output, Run run, WaitOption wait)
            throws CommandFailure, InterruptedException {
        if (!wait.asked()) {
            if (output.json()) {
                output.print(run);
            } else {
                output.terminal().out().println(run.getId());
                output.terminal()
                        .err()
                        .println("started; follow it with  holdfast run watch " + run.getId());
            }
            return Exit.OK;
        }
        return watch(controller, output, run, wait.limit());
    }

    final Exit watch(Controller controller, Output output, Run run, Optional<Duration> limit)
            throws CommandFailure, InterruptedException {
        Run last =
                new Follower(controller, output.terminal(), place.clock(), place.interrupts())
                        .follow(run, limit);
        new RunReport(output).print(last);
        Exit exit = Exit.of(last);
        if (exit == Exit.STILL_RUNNING) {
            output.terminal()
                    .err()
                    .println("still running; follow it with  holdfast run watch " + last.getId());
        }
        return exit;
    }
}
