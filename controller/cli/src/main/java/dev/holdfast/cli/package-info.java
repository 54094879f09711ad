/// The operator's command `holdfast`: a client of the controller's gRPC services and nothing else.
///
/// Packages, lowest first; each uses only those before it:
///
/// - `output`: terminal, tables, JSON, text of hosts made harmless;
/// - `failure`: what went wrong, how it is printed, which exit code it gives;
/// - `token`, `context`: files of this operator (token bindings, known agents, addresses of
///   controllers);
/// - `rpc`: the connection to a controller;
/// - `run`: following one run until it ends;
/// - `command`: the grammar, one class per noun.
///
/// This package holds the composition root alone. `--version` answers before any of the others is
/// loaded.
@NullMarked
package dev.holdfast.cli;

import org.jspecify.annotations.NullMarked;
