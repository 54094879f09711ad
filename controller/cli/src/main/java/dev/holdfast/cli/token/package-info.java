/// Enrollment tokens and the agents that came from them.
///
/// The secret of a token is made here and never sent: the controller learns only the hash of one
/// key derived from it. Another derived key stays in this operator's folder and later proves that
/// an agent's sealing key is the one the host made, whatever the controller says. What was proven
/// is pinned in `known_agents`.
@NullMarked
package dev.holdfast.cli.token;

import org.jspecify.annotations.NullMarked;
