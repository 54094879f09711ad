package dev.holdfast.server.rpc;

import io.grpc.Context;

/// Who makes the current call, as `Gate` found out.
final class Caller {
    static final Context.Key<String> AGENT_ID = Context.key("agent");
    static final Context.Key<String> OPERATOR = Context.key("operator");
    static final Context.Key<String> ADDRESS = Context.keyWithDefault("address", "unknown");

    private Caller() {}

    static String agentId() {
        return present(AGENT_ID);
    }

    static String operator() {
        return present(OPERATOR);
    }

    static String address() {
        return present(ADDRESS);
    }

    private static String present(Context.Key<String> key) {
        String value = key.get();
        if (value == null) {
            throw new IllegalStateException("the gate let a call in without " + key);
        }
        return value;
    }
}
