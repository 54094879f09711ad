package dev.holdfast.daemon.process;

import dev.holdfast.daemon.operation.Version;
import dev.holdfast.daemon.storage.HostFacts;

import java.time.ZoneId;

/// What this host says of itself.
public final class WireFacts {
    private WireFacts() {}

    public static dev.holdfast.proto.v1.HostFacts of(HostFacts host, ZoneId zone) {
        return dev.holdfast.proto.v1.HostFacts.newBuilder()
                .setHostName(host.hostName())
                .setOs(
                        System.getProperty("os.name", "")
                                + " "
                                + System.getProperty("os.version", ""))
                .setArch(System.getProperty("os.arch", ""))
                .setAgentVersion(Version.number())
                .setTimeZone(zone.getId())
                .build();
    }
}
