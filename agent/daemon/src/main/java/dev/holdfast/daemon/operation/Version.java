package dev.holdfast.daemon.operation;

/// What this program calls itself.
public final class Version {
    private Version() {}

    /// As in the jar's manifest; `dev` where classes are not in a jar.
    public static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /// As snapshots name their writer.
    public static String program() {
        return "holdfast " + number();
    }
}
