package dev.holdfast.engine.repository;

import dev.holdfast.engine.id.BlobId;

/// What became of a blob handed to a [BlobUploader].
///
/// @param added whether it is new; a blob that the repository has, or that was handed in before, is
///   not stored again
/// @param packedLength bytes it takes in a pack, its header entry included; 0 where not added
public record Stored(BlobId id, boolean added, int packedLength) {}
