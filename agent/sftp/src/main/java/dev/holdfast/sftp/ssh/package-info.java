/// Connects to an SSH server the way the host's own `ssh` would: the same configuration files,
/// known hosts, identity files and ssh-agent.
///
/// [dev.holdfast.sftp.ssh.SshConnector] is the entry: it reads the settings for a host
/// ([dev.holdfast.sftp.ssh.SshConfig], held to `ssh -G` by test), resolves and dials it, verifies
/// the host key ([dev.holdfast.sftp.ssh.KnownHosts]) and only then offers identities. Nothing is
/// asked of a person; whatever is missing ends in a [dev.holdfast.engine.backend.BackendException]
/// that names cause and next step. It knows nothing of SFTP.
@NullMarked
package dev.holdfast.sftp.ssh;

import org.jspecify.annotations.NullMarked;
