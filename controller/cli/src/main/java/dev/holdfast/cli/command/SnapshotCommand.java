package dev.holdfast.cli.command;

import com.google.protobuf.ByteString;

import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.cli.failure.Exit;
import dev.holdfast.cli.output.Amounts;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.PlainText;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.rpc.Controller;
import dev.holdfast.proto.v1.ListSnapshotsRequest;
import dev.holdfast.proto.v1.ListTreeRequest;
import dev.holdfast.proto.v1.Node;
import dev.holdfast.proto.v1.Snapshot;
import dev.holdfast.proto.v1.SnapshotPage;
import dev.holdfast.proto.v1.SnapshotsGrpc;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

@Command(
        name = "snapshot",
        description = "Snapshots, read from the repository through an agent.",
        subcommands = {SnapshotCommand.Snapshots.class, SnapshotCommand.Ls.class})
final class SnapshotCommand {
    @Command(name = "list", description = "Snapshots of a storage.")
    static final class Snapshots extends ControllerCommand {
        @Option(names = "--storage", required = true, paramLabel = "STORAGE")
        String storage = "";

        @Option(names = "--agent", paramLabel = "AGENT", description = "Agent to read through.")
        String agent = "";

        @Option(names = "--host", paramLabel = "NAME", description = "Only of this host.")
        String host = "";

        @Option(
                names = "--tag",
                paramLabel = "TAG",
                description = "Only with this tag; may be repeated.")
        List<String> tags = new ArrayList<>();

        @Option(
                names = "--path",
                paramLabel = "PATH",
                description = "Only of this path; may be repeated.")
        List<String> paths = new ArrayList<>();

        Snapshots(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            ListSnapshotsRequest request =
                    ListSnapshotsRequest.newBuilder()
                            .setStorage(storage)
                            .setAgent(agent)
                            .setHost(host)
                            .addAllTags(tags)
                            .addAllPaths(paths)
                            .build();
            SnapshotPage.Builder all = SnapshotPage.newBuilder();
            controller.stream(
                    channel -> SnapshotsGrpc.newBlockingStub(channel).listSnapshots(request),
                    page -> all.addAllSnapshots(page.getSnapshotsList()));
            Table table = new Table("SNAPSHOT", "TIME", "HOST", ">FILES", ">SIZE", "TAGS", "PATHS");
            for (Snapshot snapshot : all.getSnapshotsList()) {
                table.row(
                        snapshot.getId().substring(0, Math.min(8, snapshot.getId().length())),
                        Amounts.time(snapshot.getTime(), output.zone()),
                        snapshot.getHost(),
                        String.valueOf(snapshot.getFiles()),
                        Amounts.bytes(snapshot.getBytes()),
                        String.join(",", snapshot.getTagsList()),
                        String.join(" ", snapshot.getPathsList()));
            }
            output.show(all.build(), table);
            return Exit.OK;
        }
    }

    @Command(name = "ls", description = "What a snapshot holds, or one folder of it.")
    static final class Ls extends ControllerCommand {
        @Parameters(paramLabel = "SNAPSHOT[:PATH]", description = "Id, or unique beginning of it.")
        String snapshot = "";

        @Option(
                names = "--storage",
                paramLabel = "STORAGE",
                description = "Default: where the run that made the snapshot wrote it.")
        String storage = "";

        @Option(names = "--agent", paramLabel = "AGENT", description = "Agent to read through.")
        String agent = "";

        @Option(
                names = {"-R", "--recursive"},
                description = "With everything below.")
        boolean recursive;

        Ls(Workplace place) {
            super(place);
        }

        @Override
        Exit run(Controller controller, Output output) throws CommandFailure {
            int colon = snapshot.indexOf(':');
            ListTreeRequest request =
                    ListTreeRequest.newBuilder()
                            .setStorage(storage)
                            .setAgent(agent)
                            .setSnapshot(colon < 0 ? snapshot : snapshot.substring(0, colon))
                            .setPath(colon < 0 ? "" : snapshot.substring(colon + 1))
                            .setRecursive(recursive)
                            .build();
            if (!output.json()) {
                list(
                        controller,
                        request,
                        node -> output.terminal().out().println(line(node, output)));
                return Exit.OK;
            }
            try (Output.JsonArray array = output.array("nodes")) {
                list(controller, request, array::add);
            }
            return Exit.OK;
        }

        private static void list(Controller controller, ListTreeRequest request, Consumer<Node> to)
                throws CommandFailure {
            controller.stream(
                    channel -> SnapshotsGrpc.newBlockingStub(channel).listTree(request),
                    page -> page.getNodesList().forEach(to));
        }

        private static String line(Node node, Output output) {
            String owner =
                    name(node.getUser(), node.getUid())
                            + ":"
                            + name(node.getGroup(), node.getGid());
            String target =
                    node.getLinkTarget().isEmpty() ? "" : " -> " + text(node.getLinkTarget());
            return String.format(
                    Locale.ROOT,
                    "%s  %-17s %12s  %s  %s%s",
                    Modes.text(node.getType(), node.getMode()),
                    PlainText.line(owner),
                    Long.toUnsignedString(node.getSize()),
                    Amounts.time(node.getModified(), output.zone()),
                    text(node.getPath()),
                    target);
        }

        private static String name(String name, int id) {
            return name.isEmpty() ? Integer.toUnsignedString(id) : name;
        }

        private static String text(ByteString bytes) {
            return PlainText.line(bytes.toStringUtf8());
        }
    }
}
