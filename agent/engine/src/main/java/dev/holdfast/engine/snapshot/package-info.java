/// What a repository remembers about a host: snapshots, the trees they point to, and the nodes of
/// those trees.
///
/// A [Snapshot] names the moment, the host and the root [Tree]. A tree lists one directory as
/// [Node]s in byte order of their names. Both are JSON whose bytes are hashed, so writing is exact
/// to the byte (repository format, sections 10 and 11) and a tree that holds fields unknown to this
/// engine is never written again.
///
/// Names and link targets are bytes: file systems know no character set. This package knows
/// repositories but no file system. Start at [Snapshots] to find a snapshot and at [TreeLoader] and
/// [TreeWalk] to read what it holds.
@NullMarked
package dev.holdfast.engine.snapshot;

import org.jspecify.annotations.NullMarked;
