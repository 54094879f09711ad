package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.repository.IndexedRepository;
import dev.holdfast.engine.repository.RepositoryException;

import java.io.IOException;

/// Loads trees from a repository. As safe for many threads as the repository is.
public final class TreeLoader {
    private final IndexedRepository repository;

    public TreeLoader(IndexedRepository repository) {
        this.repository = repository;
    }

    /// Whether the index has the tree.
    public boolean contains(TreeId id) {
        return repository.contains(BlobType.TREE, id.blob());
    }

    /// Loads one tree.
    ///
    /// @throws RepositoryException of kind NOT_FOUND where the index has no such tree, CORRUPT
    ///   where it cannot be read
    public Tree load(TreeId id) throws IOException, InterruptedException {
        byte[] json = repository.loadBlob(BlobType.TREE, id.blob());
        try {
            return Tree.read(json);
        } catch (JsonException e) {
            throw new RepositoryException(
                    RepositoryException.Kind.CORRUPT,
                    "tree " + id + " cannot be read: " + e.getMessage(),
                    "Check the repository; snapshots that hold this directory are damaged.",
                    e);
        }
    }
}
