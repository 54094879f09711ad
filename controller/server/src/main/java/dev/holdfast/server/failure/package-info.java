/// What a refused request says to the person who made it.
///
/// One checked exception serves every feature: a code from the list that the wire shares, a message
/// that names the object, a hint with the next step, and the raw detail. Features throw it, the
/// adapters of `rpc` turn it into a gRPC status with a `Failure` trailer. Programming errors stay
/// unchecked exceptions and reach the operator as `INTERNAL`, with the text only in the log.
@NullMarked
package dev.holdfast.server.failure;

import org.jspecify.annotations.NullMarked;
