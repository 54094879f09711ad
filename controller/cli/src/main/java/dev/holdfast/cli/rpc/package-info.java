/// The connection to a controller: TLS with a pinned CA, the operator's token on each call,
/// failures read from trailers.
///
/// Only this package knows how a gRPC status becomes a failure. gRPC is loaded when a command
/// connects, not before.
@NullMarked
package dev.holdfast.cli.rpc;

import org.jspecify.annotations.NullMarked;
