/// Tests against real OpenSSH servers, which each test starts for itself on loopback.
///
/// [dev.holdfast.sftp.OpenSshServer] and [dev.holdfast.sftp.PrivateSshAgent] are the fixtures, also
/// for other modules; [dev.holdfast.sftp.CuttingProxy] stands between to break connections.
@NullMarked
package dev.holdfast.sftp;

import org.jspecify.annotations.NullMarked;
