package dev.holdfast.cli.context;

import java.util.Map;

/// What options (or the environment) say about the controller; empty text where they say nothing.
public record Overrides(
        String context, String server, String caFile, String caFingerprint, String tokenFile) {
    /// `HOLDFAST_CONTEXT`, `HOLDFAST_SERVER`, `HOLDFAST_CA_FILE`, `HOLDFAST_TOKEN_FILE`.
    public static Overrides of(Map<String, String> environment) {
        return new Overrides(
                environment.getOrDefault("HOLDFAST_CONTEXT", ""),
                environment.getOrDefault("HOLDFAST_SERVER", ""),
                environment.getOrDefault("HOLDFAST_CA_FILE", ""),
                "",
                environment.getOrDefault("HOLDFAST_TOKEN_FILE", ""));
    }

    /// These where they speak, else `other`. The two forms of trust are one choice.
    public Overrides orElse(Overrides other) {
        boolean trust = !caFile.isEmpty() || !caFingerprint.isEmpty();
        return new Overrides(
                context.isEmpty() ? other.context : context,
                server.isEmpty() ? other.server : server,
                trust ? caFile : other.caFile,
                trust ? caFingerprint : other.caFingerprint,
                tokenFile.isEmpty() ? other.tokenFile : tokenFile);
    }
}
