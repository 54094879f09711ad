package dev.holdfast.sftp;

import dev.holdfast.sftp.transfer.Attributes;

/// Permissions of what is written: as the config has them, a group may read the repository too
/// (repository format, section 2).
///
/// @param folder of folders
/// @param fresh of a file that is being written
/// @param finished of a complete file: read-only
record RemoteModes(int folder, int fresh, int finished) {
    private static final int GROUP_READ = 0040;

    static final RemoteModes PRIVATE = new RemoteModes(0700, 0600, 0400);
    static final RemoteModes GROUP = new RemoteModes(0770, 0660, 0440);

    static RemoteModes like(Attributes config) {
        return config.mode() != -1 && (config.mode() & GROUP_READ) != 0 ? GROUP : PRIVATE;
    }
}
