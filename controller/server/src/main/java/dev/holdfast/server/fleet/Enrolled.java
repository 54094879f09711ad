package dev.holdfast.server.fleet;

import java.security.cert.X509Certificate;
import java.util.List;

/// What a host is given: who it is and the certificate that proves it, up to the authority.
public record Enrolled(String agentId, String agentName, List<X509Certificate> chain) {
    public Enrolled {
        chain = List.copyOf(chain);
    }
}
