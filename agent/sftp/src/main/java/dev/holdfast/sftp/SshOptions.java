package dev.holdfast.sftp;

import dev.holdfast.sftp.ssh.SshTarget;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Which of the host's SSH settings apply to a connection. Nothing is read from the environment:
/// whoever makes this names the ssh-agent and the home folder.
///
/// @param configFile as `ssh -F`: stands in for the user's and the system's configuration; the name
///   `none` means no configuration at all; empty: `~/.ssh/config`, then `/etc/ssh/ssh_config`
/// @param directives as `ssh -o`: lines `Key=Value` that come before any file
/// @param hostKeyPins accepted host keys as `SHA256:…`; where there are any, no `known_hosts` file
///   is read
/// @param agentSocket socket of the ssh-agent (`SSH_AUTH_SOCK`); `IdentityAgent` goes before it
/// @param home home folder whose `.ssh` is used
/// @param localUser signs in where nothing else names a user
public record SshOptions(
        Optional<Path> configFile,
        List<String> directives,
        List<String> hostKeyPins,
        Optional<Path> agentSocket,
        Path home,
        String localUser) {
    public SshOptions {
        directives = List.copyOf(directives);
        hostKeyPins = List.copyOf(hostKeyPins);
        for (String pin : hostKeyPins) {
            if (!pin.matches("SHA256:[A-Za-z0-9+/]{43}=?")) {
                throw new IllegalArgumentException(
                        "not a host key fingerprint: \""
                                + pin
                                + "\"; write SHA256:… as ssh shows it");
            }
        }
    }

    /// The settings `ssh` itself would use for this user.
    public static SshOptions of(Path home, String localUser, Optional<Path> agentSocket) {
        return new SshOptions(Optional.empty(), List.of(), List.of(), agentSocket, home, localUser);
    }

    SshTarget target(SftpLocation location) {
        return new SshTarget(
                location.user(),
                location.host(),
                location.port(),
                configFile,
                directives,
                hostKeyPins,
                agentSocket,
                home,
                localUser);
    }
}
