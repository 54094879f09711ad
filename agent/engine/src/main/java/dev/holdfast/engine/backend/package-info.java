/// Where a repository's files lie: the contract of a storage, its local and in-memory twins, and
/// decorators.
///
/// A [dev.holdfast.engine.backend.Backend] keeps whole files under a
/// [dev.holdfast.engine.backend.Handle] (a type and a name). A file appears under its name complete
/// or not at all. It knows nothing of encryption, packs or snapshots. Every implementation passes
/// `BackendContract`. Start at [dev.holdfast.engine.backend.Backend].
@NullMarked
package dev.holdfast.engine.backend;

import org.jspecify.annotations.NullMarked;
