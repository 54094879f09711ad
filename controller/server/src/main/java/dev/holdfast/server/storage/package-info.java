/// Storages: where a repository lies and how the agents' hosts reach and open it.
///
/// A storage holds references to what the hosts themselves have (a password file, an ssh_config),
/// or a secret sealed to one agent that the controller cannot read. Locations are checked when a
/// storage is made, so that a typing error is told to the person who made it and not to a host at
/// night.
@NullMarked
package dev.holdfast.server.storage;

import org.jspecify.annotations.NullMarked;
