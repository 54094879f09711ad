package dev.holdfast.daemon.cli;

import dev.holdfast.engine.snapshot.SnapshotFilter;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which snapshots: as restic, several of one kind mean any of them.
final class SnapshotFilterOptions {
    @Option(
            names = {"-H", "--host"},
            paramLabel = "NAME",
            description = "snapshots of this host")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--tag",
            paramLabel = "TAG[,TAG]",
            description = "snapshots that have all these tags")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--path", paramLabel = "PATH", description = "snapshots of this path")
    private List<String> paths = new ArrayList<>();

    SnapshotFilter filter() {
        return new SnapshotFilter(
                hosts,
                tags.stream().map(each -> Arrays.asList(each.split(",", -1))).toList(),
                paths);
    }
}
