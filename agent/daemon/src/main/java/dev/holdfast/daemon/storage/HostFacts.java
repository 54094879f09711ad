package dev.holdfast.daemon.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What this process is to other programs: names for locks, key files and snapshots.
///
/// @param bootId differs after each start of the machine; empty where the system has none
public record HostFacts(
        String hostName, String userName, long uid, long gid, String bootId, Path home) {
    /// As other tools on this host see it.
    public static HostFacts current() {
        return new HostFacts(
                hostNameOfSystem(),
                System.getProperty("user.name", ""),
                number("unix:uid"),
                number("unix:gid"),
                line("/proc/sys/kernel/random/boot_id").orElse(""),
                Path.of(System.getProperty("user.home", "/")));
    }

    /// The node name of the kernel, as restic records it, never a resolver's answer.
    private static String hostNameOfSystem() {
        return line("/proc/sys/kernel/hostname")
                .orElseGet(
                        () -> {
                            try {
                                return InetAddress.getLocalHost().getHostName();
                            } catch (UnknownHostException _) {
                                return "localhost";
                            }
                        });
    }

    private static Optional<String> line(String file) {
        try {
            return Optional.of(Files.readString(Path.of(file)).strip());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static long number(String attribute) {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), attribute)).longValue();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
            return 0;
        }
    }
}
