/// Tests of snapshots and trees: vectors that were produced by restic, and round trips.
///
/// `vectors/tree-json.json` holds names, link targets, modes and whole nodes with the bytes that
/// restic writes for them. Reading and writing them again must give the same bytes. What has no
/// vector is proved by round trips and by what must be refused.
@NullMarked
package dev.holdfast.engine.snapshot;

import org.jspecify.annotations.NullMarked;
