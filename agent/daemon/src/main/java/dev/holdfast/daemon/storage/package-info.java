/// Opens repositories: the one way from a location and a password to an open one, for tasks and for
/// the command line alike.
///
/// [dev.holdfast.daemon.storage.Location] is a text such as `sftp://host/path` understood;
/// [dev.holdfast.daemon.storage.RepositoryOpener] makes of it a backend and a repository. Passwords
/// come from a file of this host, from a command, or sealed to this agent
/// ([dev.holdfast.daemon.storage.SealedPasswords]); they are [dev.holdfast.engine.crypto.Secret]s
/// from the first byte. Knows nothing of tasks or policies.
@NullMarked
package dev.holdfast.daemon.storage;

import org.jspecify.annotations.NullMarked;
