package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.QueryReply;
import dev.holdfast.server.failure.RequestException;

/// Who asked an agent. Called from the agent's stream; must return at once.
interface QueryListener {
    void reply(QueryReply reply);

    /// No reply will follow.
    void failed(RequestException why);
}
