/// Brings the files of a snapshot back.
///
/// [Restorer] works in two steps. Planning reads the trees, level by level, and gives a
/// [RestorePlan]: directories, files with their chunks, links; the target is not touched. Executing
/// makes the directories, reads every needed part of a pack once and writes each chunk to all files
/// that want it, then makes hard links, special files and symbolic links, and sets the metadata of
/// directories last, children before parents.
///
/// A repository is hostile input: names of one component only, no duplicates, bounded depth and
/// number of items, links made after everything else. What cannot be restored is listed in the
/// [RestoreResult] and never stops the rest; a full disk does. A file appears under its name
/// complete or not at all. Nothing here knows where the files go to: that is a
/// [dev.holdfast.engine.filesystem.FileTarget].
@NullMarked
package dev.holdfast.engine.restorer;

import org.jspecify.annotations.NullMarked;
