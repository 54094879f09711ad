package dev.holdfast.daemon.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// What a command line sees of the world around it.
///
/// @param terminal whether a person watches
/// @param environment variables by name
public record Streams(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        Map<String, String> environment,
        Path workingDirectory) {}
