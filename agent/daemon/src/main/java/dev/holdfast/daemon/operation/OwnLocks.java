package dev.holdfast.daemon.operation;

import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.repository.LockHolder;
import dev.holdfast.engine.repository.Repository;

import java.io.IOException;

/// Removes locks that a dead process of this host left behind; nobody else can know that it is
/// dead.
public final class OwnLocks {
    private final RepositoryOpener opener;

    public OwnLocks(RepositoryOpener opener) {
        this.opener = opener;
    }

    /// Removes the locks of one process of ours.
    ///
    /// @param pid of a process that has ended, or of another boot of this machine
    /// @param sameBoot whether the process ran since this machine started: then its number must be
    ///   free or have been given to us
    /// @return how many were removed
    public int remove(StorageAccess access, Secret password, long pid, boolean sameBoot)
            throws IOException, InterruptedException {
        long own = ProcessHandle.current().pid();
        if (sameBoot && pid != own && ProcessHandle.of(pid).isPresent()) return 0;
        int removed = 0;
        try (Repository repository = opener.open(access, password)) {
            for (LockHolder holder : repository.lockHolders()) {
                if (holder.pid() == pid && holder.hostName().equals(opener.host().hostName())) {
                    repository.remove(FileType.LOCK, holder.name());
                    removed++;
                }
            }
        }
        return removed;
    }
}
