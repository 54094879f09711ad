/// The controller: enrolls agents, keeps what operators configure, hands out tasks, shows what
/// became of them.
///
/// This package is the composition root: `Main` reads the command line, `ConfigFile` the
/// configuration, `Controller` makes every part by hand and closes them in the opposite order.
/// Features lie below, the adapters of the wire in `rpc`. Backup data never passes through this
/// process.
@NullMarked
package dev.holdfast.server;

import org.jspecify.annotations.NullMarked;
