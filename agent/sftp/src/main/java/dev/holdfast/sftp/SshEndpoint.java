package dev.holdfast.sftp;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.sftp.ssh.SshConnector;

/// Whom a connection would reach once `ssh_config` had its say; nothing is connected to.
///
/// @param host name or address that is dialled
/// @param user who signs in
public record SshEndpoint(String host, int port, String user) {
    /// Reads the settings that apply to a location.
    public static SshEndpoint of(SftpLocation location, SshOptions options)
            throws BackendException {
        SshConnector connector = SshConnector.of(options.target(location));
        return new SshEndpoint(connector.hostName(), connector.port(), connector.user());
    }
}
