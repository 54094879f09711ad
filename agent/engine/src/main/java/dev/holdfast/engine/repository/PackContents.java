package dev.holdfast.engine.repository;

import dev.holdfast.engine.id.PackId;

import java.util.List;

/// What the index says is in one pack.
///
/// @param blobs ordered by offset
public record PackContents(PackId pack, List<BlobLocation> blobs) {
    public PackContents {
        blobs = List.copyOf(blobs);
    }
}
