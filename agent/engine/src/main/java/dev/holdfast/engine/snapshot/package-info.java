/// What a repository remembers about a host: snapshots, the trees they point to, and the nodes of
/// those trees.
@NullMarked
package dev.holdfast.engine.snapshot;

import org.jspecify.annotations.NullMarked;
