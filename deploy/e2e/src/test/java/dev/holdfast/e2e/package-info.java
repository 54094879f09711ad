/// The packaged programs, run as users run them: real controller and agent processes, a private
/// sshd and ssh-agent on loopback, stock restic.
///
/// `Fleet` holds one installation in a temporary folder and stops all of it at the end; `SshServer`
/// is the storage's side; `Programs` runs commands and keeps what they printed; `TreeFacts` says
/// what must be equal after a restore. Tests read like stories of numbered steps. `TidyTest` keeps
/// the house rules of the whole source tree.
@NullMarked
package dev.holdfast.e2e;

import org.jspecify.annotations.NullMarked;
