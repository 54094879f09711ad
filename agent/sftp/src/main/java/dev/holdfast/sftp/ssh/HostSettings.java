package dev.holdfast.sftp.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The settings that apply to one host once every source was read.
///
/// @param alias the host as it was asked for
/// @param hostName what is dialled
/// @param identityFiles in the order they are tried
/// @param identityFilesNamed whether the configuration names them; false for the defaults of `ssh`
/// @param agentSocket of the ssh-agent to ask; empty: none
/// @param agentSource where that socket is named, for messages
/// @param lists algorithm lists as written, by keyword in lower case
record HostSettings(
        String alias,
        String hostName,
        String user,
        int port,
        List<IdentityFile> identityFiles,
        boolean identityFilesNamed,
        boolean identitiesOnly,
        Optional<Path> agentSocket,
        String agentSource,
        List<Path> userKnownHosts,
        List<Path> globalKnownHosts,
        HostKeyPolicy hostKeyPolicy,
        Optional<String> hostKeyAlias,
        Duration connectTimeout,
        Duration aliveInterval,
        int aliveCountMax,
        AddressFamily addressFamily,
        java.util.Map<String, String> lists) {
    static final int DEFAULT_PORT = 22;

    /// One identity file and the line that names it.
    record IdentityFile(Path path, String source) {}

    /// What to do with a host key that no known-hosts file has.
    enum HostKeyPolicy {
        /// Refuse; also stands for `ask`, since there is nobody to ask.
        STRICT,
        /// Take and remember it.
        ACCEPT_NEW,
        /// Take whatever comes: as unsafe as it sounds, only by explicit configuration.
        OFF
    }

    /// Which kind of address is dialled.
    enum AddressFamily {
        ANY,
        INET,
        INET6
    }

    /// The name under which known-hosts files have this host.
    String knownHostsName() {
        return hostKeyAlias.orElse(port == DEFAULT_PORT ? hostName : "[" + hostName + "]:" + port);
    }

    /// Host and port for messages.
    String peer() {
        return (hostName.indexOf(':') >= 0 ? "[" + hostName + "]" : hostName) + " port " + port;
    }
}
