/// Which blob lies where: the index in memory and its files (repository format, section 9).
///
/// [dev.holdfast.engine.repository.index.BlobIndex] holds all of it in primitive arrays, since a
/// repository may have tens of millions of blobs; [dev.holdfast.engine.repository.index.IndexJson]
/// reads and writes the files. This package does no input or output. It is private to the
/// repository package.
@NullMarked
package dev.holdfast.engine.repository.index;

import org.jspecify.annotations.NullMarked;
