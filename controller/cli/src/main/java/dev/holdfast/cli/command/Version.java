package dev.holdfast.cli.command;

import picocli.CommandLine.IVersionProvider;

import java.util.Optional;

/// The version that the jar's manifest names.
public final class Version implements IVersionProvider {
    public static String text() {
        return "holdfast "
                + Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                        .orElse("(development)");
    }

    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }
}
