/// Tests of backups: over real files of every kind, and over a file source in memory that fails
/// where a test wants it to.
///
/// The repository is a real one on a backend in memory. `vectors/filters.json` holds what restic
/// stores for given targets and patterns; the same targets and patterns must give the same entries
/// here.
@NullMarked
package dev.holdfast.engine.archiver;

import org.jspecify.annotations.NullMarked;
