package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.snapshot.ExtendedAttribute;

import java.util.List;

/// What a written entry gets besides its content.
///
/// @param permissions the twelve bits of `chmod`
/// @param uid owner, or [#UNCHANGED]
/// @param gid group, or [#UNCHANGED]
/// @param accessedSecond access time, seconds since 1970
/// @param accessedNano and nanoseconds
/// @param modifiedSecond modification time, seconds since 1970
/// @param modifiedNano and nanoseconds
/// @param attributes extended attributes to set; others of the user's own namespaces are removed
public record FileMetadata(
        int permissions,
        long uid,
        long gid,
        long accessedSecond,
        int accessedNano,
        long modifiedSecond,
        int modifiedNano,
        List<ExtendedAttribute> attributes) {
    /// Leaves owner or group as it is.
    public static final long UNCHANGED = -1;

    private static final long ID_MAX = 0xffff_ffffL;

    public FileMetadata {
        if (permissions < 0 || permissions > 07777) {
            throw new IllegalArgumentException("permissions " + Integer.toOctalString(permissions));
        }
        if (uid < UNCHANGED || uid > ID_MAX || gid < UNCHANGED || gid > ID_MAX) {
            throw new IllegalArgumentException("owner " + uid + ":" + gid);
        }
        attributes = List.copyOf(attributes);
    }
}
