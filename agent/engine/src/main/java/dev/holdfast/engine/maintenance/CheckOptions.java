package dev.holdfast.engine.maintenance;

/// How thoroughly to check.
///
/// @param readData whether every pack is read and every blob in it decoded; otherwise trees alone
/// @param memoryMax bytes of packs in memory at once; one pack is always let through
public record CheckOptions(boolean readData, long memoryMax) {
    private static final long MEMORY_MAX = 128L << 20;

    public CheckOptions {
        if (memoryMax <= 0) {
            throw new IllegalArgumentException("no memory to check with: " + memoryMax);
        }
    }

    /// With as much memory as eight packs take.
    public CheckOptions(boolean readData) {
        this(readData, MEMORY_MAX);
    }
}
