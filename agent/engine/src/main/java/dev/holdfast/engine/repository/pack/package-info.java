/// Pack files: sealed blobs back to back, then a sealed header that names them (repository format,
/// section 8).
///
/// [dev.holdfast.engine.repository.pack.PackHeader] reads and writes the header;
/// [dev.holdfast.engine.repository.pack.OpenPack] is a pack being filled in memory. This package
/// does no input or output and takes no locks. It is private to the repository package.
@NullMarked
package dev.holdfast.engine.repository.pack;

import org.jspecify.annotations.NullMarked;
