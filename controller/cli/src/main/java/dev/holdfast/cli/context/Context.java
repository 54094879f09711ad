package dev.holdfast.cli.context;

import java.nio.file.Path;

/// A controller, why it is believed, and the file with the token that signs this operator in.
public record Context(ServerAddress server, Trust trust, Path tokenFile) {}
