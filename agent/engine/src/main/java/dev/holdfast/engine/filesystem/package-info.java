/// Files of this host: listing and reading them with everything their file system knows about them,
/// writing them back, and choosing among them by patterns.
///
/// [FileSource] reads directories entry by entry through descriptors, so that a path exchanged on
/// the way leads nowhere; [LocalFileSource] is the one for this machine. [PathFilter] decides by
/// the rules of repository format, section 16. [FileTarget] is where files are restored into, by
/// [LocalFileTarget] on this machine: every step down is taken from an open directory. Names and
/// paths are bytes. The private package `posix` holds the system calls. Nothing here knows a
/// repository.
@NullMarked
package dev.holdfast.engine.filesystem;

import org.jspecify.annotations.NullMarked;
