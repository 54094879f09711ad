package dev.holdfast.daemon.task;

import dev.holdfast.proto.v1.AgentFrame;

/// Where frames go that may be lost: to the controller while there is a session, else nowhere.
/// Called from many threads; must not block for long.
@FunctionalInterface
public interface FrameSink {
    void send(AgentFrame frame);
}
