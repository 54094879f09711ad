package dev.holdfast.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How this controller is run. An empty database URL is SQLite in the state directory.
public record ControllerConfig(
        Path stateDir,
        String listen,
        List<String> advertise,
        String databaseUrl,
        int heartbeatSeconds,
        int unknownAfterSeconds,
        int querySilenceSeconds,
        int enrollmentBurst) {
    static final ControllerConfig DEFAULT =
            new ControllerConfig(
                    Path.of("/var/lib/holdfast-controller"),
                    "0.0.0.0:8443",
                    List.of(),
                    "",
                    15,
                    60,
                    60,
                    300);

    public ControllerConfig {
        advertise = List.copyOf(advertise);
        parse(listen);
        if (heartbeatSeconds < 1 || unknownAfterSeconds < 0 || querySilenceSeconds < 1) {
            throw new IllegalArgumentException("times must be positive");
        }
        if (enrollmentBurst < 1) {
            throw new IllegalArgumentException("the burst must be positive");
        }
    }

    InetSocketAddress listenAddress() {
        return parse(listen);
    }

    Duration unknownAfter() {
        return Duration.ofSeconds(unknownAfterSeconds);
    }

    Duration querySilence() {
        return Duration.ofSeconds(querySilenceSeconds);
    }

    /// A stream with nothing heard for so long is dead.
    Duration silence() {
        return Duration.ofSeconds(heartbeatSeconds * 3L);
    }

    ControllerConfig withStateDir(Path directory) {
        return new ControllerConfig(
                directory,
                listen,
                advertise,
                databaseUrl,
                heartbeatSeconds,
                unknownAfterSeconds,
                querySilenceSeconds,
                enrollmentBurst);
    }

    ControllerConfig withListen(String address) {
        return new ControllerConfig(
                stateDir,
                address,
                advertise,
                databaseUrl,
                heartbeatSeconds,
                unknownAfterSeconds,
                querySilenceSeconds,
                enrollmentBurst);
    }

    ControllerConfig withAdvertise(List<String> names) {
        return new ControllerConfig(
                stateDir,
                listen,
                names,
                databaseUrl,
                heartbeatSeconds,
                unknownAfterSeconds,
                querySilenceSeconds,
                enrollmentBurst);
    }

    ControllerConfig withDatabaseUrl(String url) {
        return new ControllerConfig(
                stateDir,
                listen,
                advertise,
                url,
                heartbeatSeconds,
                unknownAfterSeconds,
                querySilenceSeconds,
                enrollmentBurst);
    }

    static InetSocketAddress parse(String listen) {
        int colon = listen.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("\"" + listen + "\" is not HOST:PORT");
        }
        String host = listen.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port;
        try {
            port = Integer.parseInt(listen.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + listen + "\" is not HOST:PORT", e);
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("no such port: " + port);
        }
        return new InetSocketAddress(host, port);
    }
}
