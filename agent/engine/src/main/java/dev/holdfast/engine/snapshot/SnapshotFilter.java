package dev.holdfast.engine.snapshot;

import java.util.List;

/// Chooses snapshots (repository format, section 10). An empty list does not restrict.
///
/// @param hosts the host must be one of these
/// @param tags one of these lists must be contained completely in the snapshot's tags; a list that
///   holds only the empty text matches snapshots without tags
/// @param paths all of these must be among the snapshot's paths
public record SnapshotFilter(List<String> hosts, List<List<String>> tags, List<String> paths) {
    /// Matches every snapshot.
    public static final SnapshotFilter ALL = new SnapshotFilter(List.of(), List.of(), List.of());

    public SnapshotFilter {
        hosts = List.copyOf(hosts);
        tags = tags.stream().map(List::copyOf).toList();
        paths = List.copyOf(paths);
    }

    /// Whether `snapshot` is chosen.
    public boolean matches(Snapshot snapshot) {
        return (hosts.isEmpty() || hosts.contains(snapshot.hostname()))
                && (tags.isEmpty() || tags.stream().anyMatch(list -> hasTags(snapshot, list)))
                && snapshot.paths().containsAll(paths);
    }

    private static boolean hasTags(Snapshot snapshot, List<String> wanted) {
        return wanted.equals(List.of(""))
                ? snapshot.tags().isEmpty()
                : snapshot.tags().containsAll(wanted);
    }
}
