package dev.holdfast.server.fleet;

/// What a host says about itself. Claims: they help people, they grant nothing.
public record HostFacts(
        String hostName, String os, String arch, String agentVersion, String timeZone) {
    private static final int LONGEST = 200;

    public HostFacts {
        os = bounded(os);
        arch = bounded(arch);
        agentVersion = bounded(agentVersion);
        timeZone = bounded(timeZone);
    }

    private static String bounded(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > LONGEST ? printable.substring(0, LONGEST) : printable;
    }
}
