package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.policy.AgentConfig;
import dev.holdfast.daemon.state.StateDirectory;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/// Where the agent's files are.
final class StateOptions {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "the agent's own files (default: /var/lib/holdfast-agent)")
    private Path stateDir = StateDirectory.DEFAULT;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "what this host allows (default: /etc/holdfast/agent.toml)")
    private Path config = AgentConfig.DEFAULT;

    Path stateDir() {
        return stateDir;
    }

    Path config() {
        return config;
    }
}
