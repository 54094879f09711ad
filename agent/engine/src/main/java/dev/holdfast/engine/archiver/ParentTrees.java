package dev.holdfast.engine.archiver;

import dev.holdfast.engine.archiver.PendingDirectory.Previous;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.repository.RepositoryException;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.TreeLoader;

import java.io.IOException;
import java.util.Optional;

/// The trees of the parent snapshot, which tell what is unchanged. One that is damaged costs time
/// and an outcome, never the backup. Used by one thread.
final class ParentTrees {
    private final TreeLoader loader;
    private final Outcomes outcomes;

    ParentTrees(TreeLoader loader, Outcomes outcomes) {
        this.loader = loader;
        this.outcomes = outcomes;
    }

    /// The tree below the parent's node of a directory.
    Optional<Previous> below(Optional<Node> node, byte[] path)
            throws IOException, InterruptedException {
        Optional<TreeId> id = node.flatMap(Node::subtree);
        return id.isEmpty() ? Optional.empty() : load(id.get(), path);
    }

    Optional<Previous> load(TreeId id, byte[] path) throws IOException, InterruptedException {
        try {
            return Optional.of(new Previous(id, loader.load(id)));
        } catch (RepositoryException e) {
            outcomes.add(
                    ItemOutcome.Kind.PARENT_DAMAGED,
                    path,
                    "the parent snapshot's record of this directory cannot be read: "
                            + e.getMessage(),
                    e.hint());
            return Optional.empty();
        }
    }
}
