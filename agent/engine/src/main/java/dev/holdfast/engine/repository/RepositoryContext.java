package dev.holdfast.engine.repository;

import java.security.SecureRandom;
import java.time.InstantSource;

/// Who and where we are, for key files and locks, and the two things that cannot be computed.
///
/// @param hostName this machine as other tools name it, so that they find our process
/// @param userName user this process runs as
/// @param pid process number
/// @param uid user number; 0 for root or unknown
/// @param gid group number; 0 for root or unknown
public record RepositoryContext(
        InstantSource clock,
        SecureRandom random,
        String hostName,
        String userName,
        long pid,
        long uid,
        long gid) {
    public RepositoryContext(
            InstantSource clock, SecureRandom random, String hostName, String userName) {
        this(clock, random, hostName, userName, ProcessHandle.current().pid(), 0, 0);
    }
}
