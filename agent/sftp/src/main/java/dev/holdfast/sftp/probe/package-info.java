/// The parts of the connection test that work on files: each tries one thing and says what it
/// found.
///
/// [dev.holdfast.sftp.probe.StorageProbe] works in the folder of a repository, or the nearest one
/// above it that exists, with files of its own names, and leaves none of them behind. Which parts
/// run, in which order, and what a failure means for the others is decided by its caller.
@NullMarked
package dev.holdfast.sftp.probe;

import org.jspecify.annotations.NullMarked;
