/// Names of the objects in a repository: SHA-256 hashes with a type, so that a pack's name cannot
/// be passed where a blob's is wanted.
///
/// Each id wraps one [Sha256], four longs and no array. Text is 64 lower-case hex digits
/// (repository format, section 0). This package is the lowest of the engine and knows nothing else
/// of it.
@NullMarked
package dev.holdfast.engine.id;

import org.jspecify.annotations.NullMarked;
