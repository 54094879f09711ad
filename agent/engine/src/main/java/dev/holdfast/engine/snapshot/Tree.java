package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonWriter;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One directory: its entries in byte order of their names (repository format, section 11).
/// Immutable.
public final class Tree {
    private final List<Node> nodes;
    private final boolean ordered;
    private final boolean complete;

    private Tree(List<Node> nodes, boolean ordered, boolean complete) {
        this.nodes = nodes;
        this.ordered = ordered;
        this.complete = complete;
    }

    /// A tree to be written.
    ///
    /// @param nodes in strictly rising order of their names
    /// @throws IllegalArgumentException when the order is not strictly rising or a name cannot
    ///   stand in a directory
    public static Tree of(List<Node> nodes) {
        for (Node node : nodes) {
            if (!node.hasSafeName()) {
                throw new IllegalArgumentException("no name for a node: " + node.displayName());
            }
        }
        if (!isOrdered(nodes)) {
            throw new IllegalArgumentException("nodes are not in order of their names");
        }
        return new Tree(List.copyOf(nodes), true, true);
    }

    /// Reads the plaintext of a tree. Unknown fields are passed over and remembered: see
    /// [#isComplete].
    public static Tree read(byte[] json) throws JsonException {
        TreeJson.Reading reading = TreeJson.read(json);
        return new Tree(
                List.copyOf(reading.nodes()), isOrdered(reading.nodes()), reading.complete());
    }

    private static boolean isOrdered(List<Node> nodes) {
        for (int i = 1; i < nodes.size(); i++) {
            if (Arrays.compareUnsigned(nodes.get(i - 1).name(), nodes.get(i).name()) >= 0) {
                return false;
            }
        }
        return true;
    }

    public List<Node> nodes() {
        return nodes;
    }

    /// Whether the nodes are in strictly rising order of their names, as every tree should be.
    public boolean isOrdered() {
        return ordered;
    }

    /// Whether the nodes hold everything the plaintext held. If not, writing the tree would lose
    /// what another program stored: [#toJson] refuses it.
    public boolean isComplete() {
        return complete;
    }

    /// The first node of that name.
    public Optional<Node> find(byte[] name) {
        if (!ordered) {
            return nodes.stream().filter(node -> Arrays.equals(node.name(), name)).findFirst();
        }
        int low = 0;
        int high = nodes.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(nodes.get(middle).name(), name);
            if (order == 0) {
                return Optional.of(nodes.get(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /// The plaintext, exact to the byte.
    ///
    /// @throws IllegalStateException for a tree that is not complete
    public byte[] toJson() {
        JsonWriter writer = new JsonWriter();
        write(writer);
        return writer.toBytes();
    }

    /// Appends the plaintext to `writer`.
    ///
    /// @throws IllegalStateException for a tree that is not complete
    public void write(JsonWriter writer) {
        if (!complete) {
            throw new IllegalStateException("the tree holds fields that would be lost");
        }
        TreeJson.write(nodes, writer);
    }
}
