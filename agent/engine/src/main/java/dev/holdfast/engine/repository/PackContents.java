package dev.holdfast.engine.repository;

import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.PackId;
import dev.holdfast.engine.repository.pack.PackHeader;

import java.util.List;

/// What the index says is in one pack.
///
/// @param blobs ordered by offset
public record PackContents(PackId pack, List<BlobLocation> blobs) {
    public PackContents {
        blobs = List.copyOf(blobs);
    }

    /// Size in bytes of a pack with these blobs.
    public long fileSize() {
        return SealedBox.OVERHEAD
                + PackHeader.TRAILER_LENGTH
                + blobs.stream()
                        .mapToLong(b -> b.length() + PackHeader.entryLength(b.compressed()))
                        .sum();
    }
}
