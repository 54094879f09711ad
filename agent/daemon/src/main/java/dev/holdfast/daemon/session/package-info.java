/// The one stream to the controller: connect, greet, exchange numbered frames, come back.
///
/// [dev.holdfast.daemon.session.SessionLoop] keeps a stream open for as long as the agent runs;
/// [dev.holdfast.daemon.session.Session] is one of them. What must not be lost lives in the journal
/// and is sent again on each new stream until it is acknowledged; progress and replies may be lost.
/// That a stream ended says nothing about a task: tasks go on without one. Start at
/// [dev.holdfast.daemon.session.SessionLoop].
@NullMarked
package dev.holdfast.daemon.session;

import org.jspecify.annotations.NullMarked;
