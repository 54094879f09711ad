/// A repository on an SFTP server: reaches it as the host's own `ssh` would, and stores, reads and
/// lists its files.
///
/// [dev.holdfast.sftp.SftpBackend] is the engine's storage contract over a small pool of SSH
/// connections; [dev.holdfast.sftp.ConnectionTest] tries a storage stage by stage and says what is
/// wrong with it. Both take a [dev.holdfast.sftp.SftpLocation] (where) and
/// [dev.holdfast.sftp.SshOptions] (which of the host's SSH settings apply). Everything below this
/// package is private to it: `ssh` connects and authenticates, `transfer` speaks SFTP, `probe` does
/// the stages of the test. It knows nothing of what the files hold, and never prompts: what it
/// needs lies in the host's SSH configuration, files and ssh-agent.
@NullMarked
package dev.holdfast.sftp;

import org.jspecify.annotations.NullMarked;
