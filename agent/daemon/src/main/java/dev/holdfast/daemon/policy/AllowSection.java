package dev.holdfast.daemon.policy;

import java.util.List;
import java.util.Map;

/// `[allow]` of `agent.toml`; lists are empty and switches off where the file says nothing.
///
/// @param file name of the file, for hints
/// @param lines where each key stands in it
public record AllowSection(
        String file,
        Map<String, Integer> lines,
        List<String> backupPaths,
        List<String> neverPaths,
        List<String> restoreRoots,
        boolean overwrite,
        boolean trustedRestore,
        boolean browse,
        List<String> sshAgentSockets,
        int runsPerHour,
        int restoresPerHour,
        List<StorageRule> storages) {
    public static final int RUNS_PER_HOUR = 60;
    public static final int RESTORES_PER_HOUR = 10;

    public AllowSection {
        lines = Map.copyOf(lines);
        backupPaths = List.copyOf(backupPaths);
        neverPaths = List.copyOf(neverPaths);
        restoreRoots = List.copyOf(restoreRoots);
        sshAgentSockets = List.copyOf(sshAgentSockets);
        storages = List.copyOf(storages);
    }

    /// Allows nothing.
    public static AllowSection nothing(String file) {
        return new AllowSection(
                file,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false,
                List.of(),
                RUNS_PER_HOUR,
                RESTORES_PER_HOUR,
                List.of());
    }

    /// `agent.toml line 7`, or the file alone where the key is not in it.
    String line(String key) {
        Integer line = lines.get(key);
        return line == null ? file : file + " line " + line;
    }
}
