package dev.holdfast.cli.command;

import dev.holdfast.cli.context.Overrides;
import dev.holdfast.cli.output.Output;

import picocli.CommandLine.Option;

/// Options of every command that talks to a controller.
final class CommonOptions {
    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Context to use (HOLDFAST_CONTEXT).")
    String context = "";

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "Controller (HOLDFAST_SERVER).")
    String server = "";

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "The controller's CA, PEM (HOLDFAST_CA_FILE).")
    String caFile = "";

    @Option(
            names = "--ca-fingerprint",
            paramLabel = "SHA256:…",
            description = "Instead of a file: the CA certificate's fingerprint.")
    String caFingerprint = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the operator token (HOLDFAST_TOKEN_FILE).")
    String tokenFile = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            description = "Form of the result.")
    Output.Format format = Output.Format.TABLE;

    @Option(names = "--no-headers", description = "Tables without titles.")
    boolean noHeaders;

    Overrides overrides() {
        return new Overrides(context, server, caFile, caFingerprint, tokenFile);
    }
}
