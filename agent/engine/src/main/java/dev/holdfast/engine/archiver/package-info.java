/// Backs up: files become chunks, directories become trees, and a snapshot names the root.
///
/// [Archiver] runs two threads. One walks the file source, compares each file with the parent
/// snapshot, reads and cuts what is new and hands the chunks to the uploader. The other writes the
/// trees, children before parents, as soon as the ids of their chunks are known; so the walk never
/// waits for compression or storage, except through bounds on memory. The snapshot is written when
/// all else is durable and indexed, and is read back. What cannot be read becomes an [ItemOutcome]
/// and never ends the run. This package knows no locks: the caller holds one.
@NullMarked
package dev.holdfast.engine.archiver;

import org.jspecify.annotations.NullMarked;
