/// What of the agent survives a restart.
///
/// A [dev.holdfast.daemon.state.StateDirectory] (0700, one process at a time) holds the identity of
/// this host, the [dev.holdfast.daemon.state.Journal] of orders and results, the local audit of
/// every order received, and a small status file. The journal is append-only and on disk before
/// anything is acknowledged; [dev.holdfast.daemon.state.TaskLedger] keeps on top of it the rules
/// "an id runs at most once" and "a result is kept until it was acknowledged". Knows nothing of
/// gRPC channels, policies or repositories. Start at [dev.holdfast.daemon.state.TaskLedger].
@NullMarked
package dev.holdfast.daemon.state;

import org.jspecify.annotations.NullMarked;
