/// Backup, restore and the rest as whole pieces of work: open, lock, do, unlock.
///
/// The order of a controller and the command line of a person run the same code:
/// [dev.holdfast.daemon.operation.BackupOperation],
/// [dev.holdfast.daemon.operation.RestoreOperation] and [dev.holdfast.daemon.operation.OwnLocks].
/// Each opens the repository itself, holds the right lock while it works and leaves none behind,
/// however it ends. Knows nothing of orders, policies or terminals.
@NullMarked
package dev.holdfast.daemon.operation;

import org.jspecify.annotations.NullMarked;
