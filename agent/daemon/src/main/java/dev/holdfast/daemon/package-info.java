/// The agent of a host: the command `holdfast-agent`.
///
/// Levels, lowest first: `failure` · `state`, `policy` · `enrollment`, `storage` · `operation` ·
/// `task` · `session` · `process` · `cli` · this package with the entry point alone. Start at
/// [dev.holdfast.daemon.Main].
@NullMarked
package dev.holdfast.daemon;

import org.jspecify.annotations.NullMarked;
