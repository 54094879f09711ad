/// Runs: one attempt of a task on one agent, from the request to its result.
///
/// States go `QUEUED → LEASED → RUNNING →` a final one, and `UNKNOWN` while an agent is out of
/// reach with the task in hand. The state of a connection is never the state of a run: only the
/// agent's own report closes a run that it may have begun, and a final state is final. Orders,
/// progress and results are documents that this package keeps and hands on without reading them;
/// what it must know of them is in columns. Every change is committed before it is shown to
/// watchers or acknowledged to the agent.
@NullMarked
package dev.holdfast.server.run;

import org.jspecify.annotations.NullMarked;
