package dev.holdfast.cli.command;

import com.google.protobuf.util.Durations;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.failure.FailureText;
import dev.holdfast.cli.output.Amounts;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.PlainText;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.proto.v1.CreateStorageRequest;
import dev.holdfast.proto.v1.DeleteStorageRequest;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetStorageRequest;
import dev.holdfast.proto.v1.ListStoragesReply;
import dev.holdfast.proto.v1.ListStoragesRequest;
import dev.holdfast.proto.v1.Run;
import dev.holdfast.proto.v1.RunsGrpc;
import dev.holdfast.proto.v1.StartInitRequest;
import dev.holdfast.proto.v1.Storage;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.StoragesGrpc;
import dev.holdfast.proto.v1.TestStep;
import dev.holdfast.proto.v1.TestStorageRequest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

@Command(
        name = "storage",
        description = "Where repositories lie, and how agents reach and open them.",
        subcommands = {
            StorageCommand.Create.class,
            StorageCommand.Storages.class,
            StorageCommand.Get.class,
            StorageCommand.Delete.class,
            StorageCommand.Test.class
        })
final class StorageCommand {
    @Command(
            name = "create",
            description = "Tells the controller of a storage; nothing is written to it.")
    static final class Create extends ControllerCommand {
        @Parameters(index = "0", paramLabel = "NAME")
        String name = "";

        @Parameters(
                index = "1",
                paramLabel = "LOCATION",
                description =
                        "sftp://[user@]host[:port]/path, sftp:[user@]host:path, or a path of the"
                                + " agent's host.")
        String location = "";

        @Option(
                names = "--password-file-on-agent",
                required = true,
                paramLabel = "PATH",
                description =
                        "File on the agent's host that holds the repository password; it stays"
                                + " there.")
        String passwordFile = "";

        @Option(
                names = "--ssh-config",
                paramLabel = "FILE",
                description = "ssh_config on the agent's host, as ssh -F.")
        String sshConfig = "";

        @Option(
                names = "--ssh-option",
                paramLabel = "KEY=VALUE",
                description = "As ssh -o; may be repeated.")
        List<String> sshOptions = new ArrayList<>();

        @Option(
                names = "--host-key",
                paramLabel = "SHA256:…",
                description =
                        "Pinned host key; may be repeated. Without one the host's known_hosts"
                                + " decides.")
        List<String> hostKeys = new ArrayList<>();

        @Option(names = "--description", paramLabel = "TEXT")
        String description = "";

        @Option(
                names = "--init",
                description = "Also create the repository, and wait for it; needs --agent.")
        boolean init;

        @Option(names = "--agent", paramLabel = "AGENT", description = "Agent that does --init.")
        String agent = "";

        Create(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure, InterruptedException {
            if (init == agent.isEmpty()) {
                throw CommandFailure.of(
                        Failure.Code.INVALID_ARGUMENT,
                        "--init and --agent go together",
                        "name both or neither");
            }
            CreateStorageRequest request =
                    CreateStorageRequest.newBuilder()
                            .setSpec(
                                    StorageSpec.newBuilder()
                                            .setName(name)
                                            .setLocation(location)
                                            .setPasswordFile(passwordFile)
                                            .setSshConfigFile(sshConfig)
                                            .addAllSshOptions(sshOptions)
                                            .addAllHostKeys(hostKeys))
                            .setDescription(description)
                            .build();
            Storage storage =
                    controller.ask(
                            channel ->
                                    StoragesGrpc.newBlockingStub(channel).createStorage(request));
            if (!init) {
                output.show(
                        storage,
                        new Table("")
                                .row(
                                        "storage "
                                                + name
                                                + " is known; try it with  holdfast storage test "
                                                + name));
                return Exit.OK;
            }
            StartInitRequest start =
                    StartInitRequest.newBuilder().setAgent(agent).setStorage(name).build();
            Run run = controller.ask(channel -> RunsGrpc.newBlockingStub(channel).startInit(start));
            return watch(controller, output, run, Optional.empty());
        }
    }

    @Command(name = "list", description = "All storages.")
    static final class Storages extends ControllerCommand {
        Storages(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            ListStoragesReply reply =
                    controller.ask(
                            channel ->
                                    StoragesGrpc.newBlockingStub(channel)
                                            .listStorages(
                                                    ListStoragesRequest.getDefaultInstance()));
            Table table = new Table("STORAGE", "LOCATION", "HOST KEYS", "CREATED", "DESCRIPTION");
            for (Storage storage : reply.getStoragesList()) {
                table.row(
                        storage.getSpec().getName(),
                        storage.getSpec().getLocation(),
                        hostKeys(storage.getSpec()),
                        Amounts.time(storage.getCreatedAt(), output.zone()),
                        storage.getDescription());
            }
            output.show(reply, table);
            return Exit.OK;
        }
    }

    @Command(name = "get", description = "One storage.")
    static final class Get extends ControllerCommand {
        @Parameters(paramLabel = "STORAGE")
        String storage = "";

        Get(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            GetStorageRequest request = GetStorageRequest.newBuilder().setStorage(storage).build();
            Storage found =
                    controller.ask(
                            channel -> StoragesGrpc.newBlockingStub(channel).getStorage(request));
            StorageSpec spec = found.getSpec();
            Table page =
                    new Table("", "")
                            .row("storage", spec.getName())
                            .row("id", spec.getId())
                            .row("location", spec.getLocation())
                            .row(
                                    "password",
                                    spec.hasPasswordFile()
                                            ? "file " + spec.getPasswordFile() + " on the agent"
                                            : "sealed")
                            .row("host keys", hostKeys(spec))
                            .row("ssh config", spec.getSshConfigFile())
                            .row("ssh options", String.join(" ", spec.getSshOptionsList()))
                            .row("created", Amounts.time(found.getCreatedAt(), output.zone()))
                            .row("description", found.getDescription());
            output.show(found, page);
            return Exit.OK;
        }
    }

    @Command(
            name = "delete",
            description = "Forgets a storage; the repository on it stays as it is.")
    static final class Delete extends ControllerCommand {
        @Parameters(paramLabel = "STORAGE")
        String storage = "";

        Delete(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            DeleteStorageRequest request =
                    DeleteStorageRequest.newBuilder().setStorage(storage).build();
            output.show(
                    controller.ask(
                            channel ->
                                    StoragesGrpc.newBlockingStub(channel).deleteStorage(request)),
                    new Table("")
                            .row(
                                    "storage "
                                            + storage
                                            + " is forgotten; its repository was not touched"));
            return Exit.OK;
        }
    }

    @Command(name = "test", description = "Tries a storage from an agent, stage by stage.")
    static final class Test extends ControllerCommand {
        @Parameters(paramLabel = "STORAGE")
        String storage = "";

        @Option(
                names = "--agent",
                paramLabel = "AGENT",
                description = "Default: the only agent that is connected.")
        String agent = "";

        Test(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            TestStorageRequest request =
                    TestStorageRequest.newBuilder().setStorage(storage).setAgent(agent).build();
            List<Failure> failures = new ArrayList<>();
            try (Steps steps = new Steps(output)) {
                controller.stream(
                        channel -> StoragesGrpc.newBlockingStub(channel).testStorage(request),
                        step -> {
                            steps.show(step);
                            if (step.getResult() == TestStep.Result.FAILED) {
                                failures.add(step.getFailure());
                            }
                        });
            }
            return failures.isEmpty() ? Exit.OK : Exit.of(failures.getFirst().getCode());
        }
    }

    /// Stages as they come.
    private static final class Steps implements AutoCloseable {
        private final Output output;
        private final Optional<Output.JsonArray> array;

        Steps(Output output) {
            this.output = output;
            this.array = output.json() ? Optional.of(output.array("steps")) : Optional.empty();
        }

        void show(TestStep step) {
            if (array.isPresent()) {
                array.get().add(step);
                return;
            }
            Duration took = Duration.ofNanos(Durations.toNanos(step.getTook()));
            output.terminal()
                    .out()
                    .printf(
                            Locale.ROOT,
                            "%-8s %-16s %7.3f s  %s%n",
                            step.getResult().name().toLowerCase(Locale.ROOT),
                            PlainText.line(step.getName()),
                            took.toMillis() / 1000.0,
                            PlainText.line(step.getFinding()));
            output.terminal().out().flush();
            if (step.getResult() == TestStep.Result.FAILED) {
                FailureText.print(output.terminal(), step.getFailure());
            } else if (step.hasFailure()) {
                FailureText.warn(output.terminal(), step.getFailure());
            }
        }

        @Override
        public void close() {
            array.ifPresent(Output.JsonArray::close);
        }
    }

    private static String hostKeys(StorageSpec spec) {
        return spec.getHostKeysCount() == 0
                ? "known_hosts"
                : String.join(" ", spec.getHostKeysList());
    }
}
