/// Thin adapters between the wire and the features; protobuf types stop here.
///
/// `Gate` decides who may call what: agents by certificate, operators by token, enrollment by
/// anyone at a bounded rate. `Session` is the live stream of one agent: it numbers, acknowledges,
/// relays queries and hands reports to `Runs`. Every refused call carries its `Failure` in the
/// trailer `holdfast-failure-bin`. The services validate, translate and delegate, nothing else.
@NullMarked
package dev.holdfast.server.rpc;

import org.jspecify.annotations.NullMarked;
