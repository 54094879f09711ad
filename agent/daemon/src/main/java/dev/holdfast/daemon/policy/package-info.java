/// What this host allows: `agent.toml`, read once at start and never changed from remote.
///
/// [dev.holdfast.daemon.policy.AgentConfig] is the file, every problem of it reported at once;
/// [dev.holdfast.daemon.policy.Policy] answers for one order whether it may be carried out. What is
/// not allowed is refused, with the line of the file that would allow it. Paths compare component
/// by component, as bytes, after the symlinks of their parents were resolved on this host. Knows
/// nothing of sessions and never opens a connection. Start at [dev.holdfast.daemon.policy.Policy].
@NullMarked
package dev.holdfast.daemon.policy;

import org.jspecify.annotations.NullMarked;
