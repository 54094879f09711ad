package dev.holdfast.cli.command;

import java.util.Optional;
import java.util.regex.Pattern;

/// What to restore, as typed: `AGENT:PATH` with an optional snapshot (default `latest`), or
/// `SNAPSHOT[:PATH]`. Empty text where a part is not named.
record RestoreSource(String agent, String snapshot, String path) {
    private static final Pattern SNAPSHOT_ID = Pattern.compile("[0-9a-f]{8,64}");

    /// One argument that looks like a snapshot id is one; with two, the first names an agent.
    ///
    /// @throws IllegalArgumentException where it is neither
    static RestoreSource parse(String what, Optional<String> snapshot) {
        int colon = what.indexOf(':');
        String head = colon < 0 ? what : what.substring(0, colon);
        String path = colon < 0 ? "" : what.substring(colon + 1);
        if (snapshot.isEmpty() && SNAPSHOT_ID.matcher(head).matches()) {
            return new RestoreSource("", head, path);
        }
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "\"" + what + "\" is neither AGENT:PATH nor SNAPSHOT[:PATH]");
        }
        return new RestoreSource(head, snapshot.orElse("latest"), path);
    }
}
