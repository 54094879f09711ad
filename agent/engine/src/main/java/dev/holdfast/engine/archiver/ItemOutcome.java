package dev.holdfast.engine.archiver;

/// What went wrong with one item of a backup. The run goes on; its end says how many there were.
///
/// @param path the item for people: control characters are escaped
/// @param message what failed
/// @param hint the next step for a person; may be empty
public record ItemOutcome(Kind kind, String path, String message, String hint) {
    /// What it means for the item.
    public enum Kind {
        /// A target is not there: nothing of it is in the snapshot.
        TARGET_MISSING,
        /// The item was left out: we may not read it.
        PERMISSION_DENIED,
        /// The item was left out: reading failed.
        UNREADABLE,
        /// The item was left out: it became something else while it was looked at.
        KIND_CHANGED,
        /// The item was left out: the format has no place for it.
        UNSUPPORTED,
        /// The item is stored, some of its metadata is not.
        METADATA_INCOMPLETE,
        /// The item was read anew, since the parent snapshot's record of it is damaged.
        PARENT_DAMAGED;

        /// Whether the item is missing in the snapshot.
        public boolean isLeftOut() {
            return switch (this) {
                case TARGET_MISSING, PERMISSION_DENIED, UNREADABLE, KIND_CHANGED, UNSUPPORTED ->
                        true;
                case METADATA_INCOMPLETE, PARENT_DAMAGED -> false;
            };
        }
    }
}
