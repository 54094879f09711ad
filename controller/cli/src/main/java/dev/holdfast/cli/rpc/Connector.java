package dev.holdfast.cli.rpc;

import dev.holdfast.cli.context.Context;
import dev.holdfast.cli.failure.CommandFailure;

/// Opens the connection to the controller of a context.
@FunctionalInterface
public interface Connector {
    /// The connection is lazy: a controller out of reach shows with the first call.
    Controller connect(Context context) throws CommandFailure;
}
