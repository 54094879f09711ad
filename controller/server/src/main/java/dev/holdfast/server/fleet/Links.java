package dev.holdfast.server.fleet;

import java.util.Set;

/// The live streams, one for each connected agent. Thread-safe; nothing here waits for the agent.
///
/// A send that returns true has been handed to the stream, no more: what the agent did with it, the
/// agent reports.
public interface Links {
    boolean isConnected(String agentId);

    Set<String> connected();

    boolean sendOrder(String agentId, long seq, byte[] order);

    boolean sendCancel(String agentId, long seq, String taskId);

    /// Ends the agent's stream now, if there is one. The agent is told the code and the reason.
    void cut(String agentId, Cut why);

    /// Why a stream is ended by us.
    enum Cut {
        REVOKED,
        REPLACED,
        SILENT,
        SHUTDOWN
    }
}
