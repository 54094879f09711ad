package dev.holdfast.cli.command;

import dev.holdfast.cli.context.Contexts;
import dev.holdfast.cli.output.Terminal;
import dev.holdfast.cli.rpc.Connector;
import dev.holdfast.cli.run.Interrupts;
import dev.holdfast.cli.token.Binding;
import dev.holdfast.cli.token.KnownAgents;
import dev.holdfast.cli.token.TokenKeys;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;

/// What commands need of their surroundings. `folder` holds this operator's files.
public record Workplace(
        Terminal terminal,
        Map<String, String> environment,
        Path folder,
        InstantSource clock,
        ZoneId zone,
        SecureRandom random,
        Connector connector,
        Interrupts interrupts) {
    public Workplace {
        environment = Map.copyOf(environment);
    }

    Contexts contexts() {
        return new Contexts(folder.resolve("contexts"));
    }

    TokenKeys tokenKeys() {
        return new TokenKeys(folder.resolve("tokens"));
    }

    Binding binding() {
        return new Binding(tokenKeys(), new KnownAgents(folder.resolve("known_agents")));
    }
}
