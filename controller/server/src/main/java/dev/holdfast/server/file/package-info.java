/// Small files of the state directory, written so that a crash leaves the old or the new content.
///
/// A file is created under another name with its final permissions, forced to disk and renamed;
/// then the directory is forced too. Keys and tokens never exist with wider permissions than they
/// end with.
@NullMarked
package dev.holdfast.server.file;

import org.jspecify.annotations.NullMarked;
