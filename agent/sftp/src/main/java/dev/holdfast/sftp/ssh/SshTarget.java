package dev.holdfast.sftp.ssh;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a connection is asked for: a host as a person writes it, and which settings apply.
///
/// @param host name, alias of the configuration, or address
/// @param configFile as `ssh -F`; `none` means no configuration
/// @param directives as `ssh -o`
/// @param hostKeyPins `SHA256:…`; any present replace the known hosts
/// @param agentSocket socket of the ssh-agent
public record SshTarget(
        Optional<String> user,
        String host,
        OptionalInt port,
        Optional<Path> configFile,
        List<String> directives,
        List<String> hostKeyPins,
        Optional<Path> agentSocket,
        Path home,
        String localUser) {}
