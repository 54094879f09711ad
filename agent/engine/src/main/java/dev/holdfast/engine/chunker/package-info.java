/// Cuts file content into chunks at places that depend on the content alone, so that an insertion
/// moves few cuts (repository format, section 12).
///
/// The cut is where a Rabin fingerprint of the last 64 bytes has twenty low zero bits; the
/// fingerprint's [dev.holdfast.engine.chunker.Polynomial] is part of a repository's config. Pure:
/// bytes in, lengths out. Start at [dev.holdfast.engine.chunker.Chunker].
@NullMarked
package dev.holdfast.engine.chunker;

import org.jspecify.annotations.NullMarked;
