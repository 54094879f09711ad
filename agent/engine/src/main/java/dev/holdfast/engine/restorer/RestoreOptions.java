package dev.holdfast.engine.restorer;

/// How to restore.
///
/// @param trusted whether the snapshot may decide about owners, setuid and setgid bits, device
///   nodes and the attributes of `security.` and `trusted.`; without it files belong to whoever
///   restores and devices are left out
/// @param verify whether everything written is read back and compared
/// @param overwrite what happens to files that are there already
/// @param itemsMax entries after which the rest is refused: trees can name each other so that they
///   unfold without end
/// @param depthMax directories below each other
public record RestoreOptions(
        boolean trusted, boolean verify, Overwrite overwrite, long itemsMax, int depthMax) {
    private static final long ITEMS_MAX = 50_000_000;

    /// Linux has no paths of more components.
    private static final int DEPTH_MAX = 4096;

    /// Without trust, without reading back, over what is there.
    public static final RestoreOptions DEFAULT =
            new RestoreOptions(false, false, Overwrite.ALWAYS, ITEMS_MAX, DEPTH_MAX);

    public RestoreOptions {
        if (itemsMax < 1 || depthMax < 1) {
            throw new IllegalArgumentException("limits of " + itemsMax + " and " + depthMax);
        }
    }

    public RestoreOptions withTrusted(boolean value) {
        return new RestoreOptions(value, verify, overwrite, itemsMax, depthMax);
    }

    public RestoreOptions withVerify(boolean value) {
        return new RestoreOptions(trusted, value, overwrite, itemsMax, depthMax);
    }

    public RestoreOptions withOverwrite(Overwrite value) {
        return new RestoreOptions(trusted, verify, value, itemsMax, depthMax);
    }

    public RestoreOptions withItemsMax(long value) {
        return new RestoreOptions(trusted, verify, overwrite, value, depthMax);
    }

    public RestoreOptions withDepthMax(int value) {
        return new RestoreOptions(trusted, verify, overwrite, itemsMax, value);
    }
}
