/// The calls of Linux that the JDK does not offer, bound through the foreign function API: names as
/// bytes, one `statx` for all metadata, directories by descriptor, all extended attributes.
///
/// [ReadCalls] reads. An object of it owns native scratch memory, so each thread has its own. A
/// failed call throws [PosixException] with the error number. [WriteCalls] writes; it has no state,
/// and its calls return the negative error number. [CLibrary] binds functions for every class here.
/// Nothing in this package knows what a node or a backup is; `filesystem` alone uses it.
@NullMarked
package dev.holdfast.engine.filesystem.posix;

import org.jspecify.annotations.NullMarked;
