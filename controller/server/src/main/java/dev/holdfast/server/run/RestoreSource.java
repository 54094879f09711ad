package dev.holdfast.server.run;

import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which storage holds what an operator wants back, where the operator did not say. Only runs are
/// asked: the repository itself is read by the agent.
public final class RestoreSource {
    public static final String LATEST = "latest";

    private final Runs runs;

    public RestoreSource(Runs runs) {
        this.runs = runs;
    }

    /// The storage's id of the newest successful backup of the agent that holds the path (empty:
    /// any).
    public String storageOfLatest(String agentId, String agentName, String path)
            throws RequestException {
        for (Run backup : runs.backupsBy(agentId)) {
            if (path.isEmpty() || holds(backup.request().paths(), path)) {
                return backup.request().storageId();
            }
        }
        String what = path.isEmpty() ? "" : " that holds " + path;
        throw RequestException.of(
                FailureCode.NOT_FOUND,
                "no successful backup of agent " + agentName + what + " is known here",
                "name the storage to look in: --storage NAME");
    }

    /// The id of the one storage whose backups made a snapshot with this id or prefix.
    public String storageOf(String snapshot) throws RequestException {
        List<Run> backups = runs.backupsOf(snapshot);
        if (backups.isEmpty()) {
            throw RequestException.of(
                    FailureCode.NOT_FOUND,
                    "no run is known here that made snapshot " + snapshot,
                    "name the storage to look in: --storage NAME");
        }
        var snapshots = new TreeSet<String>();
        var names = new TreeSet<String>();
        for (Run backup : backups) {
            snapshots.add(backup.status().snapshotId());
            names.add(backup.request().storageName());
        }
        if (snapshots.size() > 1 || names.size() > 1) {
            throw RequestException.of(
                    FailureCode.CONFLICT,
                    "several snapshots begin with " + snapshot + ", in " + String.join(", ", names),
                    "give more of the id, or name the storage: --storage NAME");
        }
        return backups.getFirst().request().storageId();
    }

    private static boolean holds(List<String> roots, String path) {
        return roots.stream()
                .flatMap(root -> Stream.of(root.replaceFirst("/+$", "")))
                .anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
    }
}
