package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.snapshot.NodeType;

/// What lies at a place of a [FileTarget] already.
///
/// @param type kind, a link itself and not what it points to
/// @param size bytes, for files
/// @param links names of the file
public record TargetEntry(NodeType type, long size, long links) {}
