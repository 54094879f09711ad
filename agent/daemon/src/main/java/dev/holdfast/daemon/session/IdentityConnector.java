package dev.holdfast.daemon.session;

import dev.holdfast.daemon.enrollment.CertificateRenewal;
import dev.holdfast.daemon.enrollment.ControllerAddress;
import dev.holdfast.daemon.enrollment.ControllerChannel;
import dev.holdfast.daemon.state.Identity;

import io.grpc.ManagedChannel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLException;

/// Uses a renewed certificate first, until it has worked once or was refused.
public final class IdentityConnector implements Connector {
    private static final Logger log = LoggerFactory.getLogger(IdentityConnector.class);

    private final Identity identity;
    private final X509Certificate authority;
    private final ControllerAddress address;
    private final CertificateRenewal renewal;
    private final InstantSource clock;
    private volatile boolean usesCandidate;

    public IdentityConnector(
            Identity identity,
            X509Certificate authority,
            ControllerAddress address,
            InstantSource clock) {
        this.identity = identity;
        this.authority = authority;
        this.address = address;
        this.renewal = new CertificateRenewal(identity, clock);
        this.clock = clock;
    }

    @Override
    public ManagedChannel open() throws IOException {
        Optional<List<X509Certificate>> candidate = identity.candidate();
        usesCandidate = candidate.isPresent();
        List<X509Certificate> chain = candidate.isPresent() ? candidate.get() : identity.chain();
        if (!usesCandidate
                && chain.getFirst().getNotAfter().toInstant().isBefore(clock.instant())) {
            return renewed(chain);
        }
        return channel(chain);
    }

    /// An expired certificate opens nothing but its renewal.
    private ManagedChannel renewed(List<X509Certificate> expired) throws IOException {
        ManagedChannel channel = channel(expired);
        try {
            renewal.renew(channel, address);
        } finally {
            channel.shutdownNow();
        }
        usesCandidate = true;
        return channel(identity.candidate().orElse(expired));
    }

    private ManagedChannel channel(List<X509Certificate> chain) throws IOException {
        return ControllerChannel.mutual(address, authority, identity.privateKey(), chain);
    }

    @Override
    public ControllerAddress address() {
        return address;
    }

    @Override
    public void worked() throws IOException {
        if (usesCandidate) {
            identity.promoteCandidate();
            usesCandidate = false;
            log.info("the renewed certificate is in force");
        }
    }

    @Override
    public void failed(Throwable why) throws IOException {
        if (usesCandidate && isRefusal(why)) {
            log.warn("the renewed certificate was refused; the one before is used");
            identity.dropCandidate();
        }
    }

    private static boolean isRefusal(Throwable why) {
        for (Throwable each = why; each != null; each = each.getCause()) {
            if (each instanceof SSLException) return true;
        }
        return false;
    }

    @Override
    public boolean maintain(ManagedChannel channel) throws IOException {
        if (!renewal.isDue()) return false;
        renewal.renew(channel, address);
        log.info("the certificate was renewed");
        return true;
    }
}
