/// The agents: who they are, when they were last seen, and the links to those that are connected.
///
/// `Fleet` finds, admits, renews and revokes agents. `Links` is the way to send something to a
/// connected agent; its implementation is the adapter that owns the streams. Being connected is a
/// fact about a stream and never about a task: what becomes of runs is decided in the package
/// above.
@NullMarked
package dev.holdfast.server.fleet;

import org.jspecify.annotations.NullMarked;
