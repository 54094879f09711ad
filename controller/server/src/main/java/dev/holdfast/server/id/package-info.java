/// Identifiers that the controller makes itself.
///
/// Agents, storages and runs are named by UUIDv7 (RFC 9562): unique without asking anybody, and in
/// the order of their making, so that an index on the id is also an index on time. Clock and
/// randomness are passed in.
@NullMarked
package dev.holdfast.server.id;

import org.jspecify.annotations.NullMarked;
