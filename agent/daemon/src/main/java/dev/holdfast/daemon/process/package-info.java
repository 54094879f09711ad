/// The running agent, put together by hand: the one place of the daemon that knows all parts.
///
/// [dev.holdfast.daemon.process.AgentProcess] reads the configuration, takes the state directory,
/// replays the journal, reports what a former process left open, and keeps a session until it is
/// told to stop. It also writes the status file that `holdfast-agent status` shows.
@NullMarked
package dev.holdfast.daemon.process;

import org.jspecify.annotations.NullMarked;
