package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.id.SnapshotId;

/// A snapshot together with the name of the file that holds it.
public record SnapshotFile(SnapshotId id, Snapshot snapshot) {}
