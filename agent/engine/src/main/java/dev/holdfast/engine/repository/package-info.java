/// A repository in restic's format: its keys, config, unpacked files, locks, blobs and packs.
///
/// [dev.holdfast.engine.repository.Repository] is what a password opens: it lists, loads and saves
/// whole files and takes locks. Its [dev.holdfast.engine.repository.IndexedRepository] also knows
/// where every blob lies; only that one reads and stores blobs, so that nothing is looked up in an
/// index nobody loaded. Written are first packs, then the index that lists them, last the snapshot
/// that needs them. The private packages `pack` and `index` hold the two file formats.
///
/// It knows nothing of what a snapshot or a tree holds, nor of the network. Start at
/// [dev.holdfast.engine.repository.Repository].
@NullMarked
package dev.holdfast.engine.repository;

import org.jspecify.annotations.NullMarked;
