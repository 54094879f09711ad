package dev.holdfast.daemon.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A location and how it is reached; the SSH parts mean nothing for a local folder.
///
/// @param sshConfig as `ssh -F`
/// @param sshOptions as `ssh -o`
/// @param hostKeys pins; empty: known_hosts decide
public record StorageAccess(
        Location location,
        Optional<Path> sshConfig,
        List<String> sshOptions,
        List<String> hostKeys) {
    public StorageAccess {
        sshOptions = List.copyOf(sshOptions);
        hostKeys = List.copyOf(hostKeys);
    }
}
