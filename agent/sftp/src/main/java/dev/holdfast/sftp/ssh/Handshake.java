package dev.holdfast.sftp.ssh;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.sftp.ssh.Identities.Candidate;

import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;

/// What one session is allowed and what was seen of it so far. Written by the I/O threads of the
/// client, read by the connecting thread.
final class Handshake {
    static final AttributeKey<Handshake> KEY = new AttributeKey<>();

    /// OpenSSH hangs up after six refused identities.
    static final int OFFERS_MAX = 6;

    private static final int GREETING_LINES_MAX = 20;

    private final HostSettings settings;
    private final HostKeyCheck hostKeyCheck;
    private final long started = System.nanoTime();
    private final CompletableFuture<Void> keyExchange = new CompletableFuture<>();

    private final List<String> greeting = new ArrayList<>();
    private @Nullable Passed banner;
    private @Nullable Passed negotiation;
    private @Nullable Passed hostKey;
    private @Nullable BackendException hostKeyFailure;
    private @Nullable Throwable negotiationFailure;
    private @Nullable Throwable failure;
    private String disconnectText = "";
    private List<String> serverMethods = List.of();
    private boolean partial;
    private @Nullable Identities identities;
    private final List<Candidate> offered = new ArrayList<>();

    Handshake(HostSettings settings, HostKeyCheck hostKeyCheck) {
        this.settings = settings;
        this.hostKeyCheck = hostKeyCheck;
    }

    /// A stage and when it was reached.
    record Passed(Duration sinceStart, String finding) {}

    static Handshake of(ClientSession session) {
        AttributeRepository context = session.getConnectionContext();
        Handshake handshake = context == null ? null : context.getAttribute(KEY);
        if (handshake == null) {
            throw new IllegalStateException("a session without handshake");
        }
        return handshake;
    }

    void created(ClientSession session) {
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(session, settings.aliveInterval());
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(session, settings.aliveCountMax());
        try {
            Map<String, String> lists = settings.lists();
            String ciphers = lists.get("ciphers");
            if (ciphers != null) {
                session.setCipherFactories(AlgorithmLists.ciphers(ciphers));
            }
            String macs = lists.get("macs");
            if (macs != null) {
                session.setMacFactories(AlgorithmLists.macs(macs));
            }
            String exchanges = lists.get("kexalgorithms");
            if (exchanges != null) {
                session.setKeyExchangeFactories(AlgorithmLists.keyExchanges(exchanges));
            }
            String hostKeys = lists.get("hostkeyalgorithms");
            session.setSignatureFactories(
                    hostKeyCheck.ordered(
                            hostKeys == null
                                    ? AlgorithmLists.signatures()
                                    : AlgorithmLists.signatures(hostKeys)));
        } catch (ConfigSyntaxException e) {
            throw new IllegalStateException("algorithm lists were not checked", e);
        }
    }

    synchronized void greeting(String line) {
        if (greeting.size() < GREETING_LINES_MAX) {
            greeting.add(line);
        }
    }

    synchronized void banner(String version) {
        banner = passed(version);
    }

    synchronized void negotiated(
            Map<KexProposalOption, String> options, @Nullable Throwable reason) {
        if (reason != null) {
            negotiationFailure = reason;
        } else if (negotiation == null) {
            negotiation =
                    passed(
                            options.get(KexProposalOption.ALGORITHMS)
                                    + ", "
                                    + options.get(KexProposalOption.S2CENC));
        }
    }

    /// Called again at each renewal of the session keys.
    boolean verify(ClientSession session, PublicKey key) {
        try {
            String finding = hostKeyCheck.verify(key);
            synchronized (this) {
                if (negotiation != null && hostKey == null) {
                    negotiation = passed(negotiation.finding());
                }
                hostKey = passed(finding);
            }
            return true;
        } catch (BackendException e) {
            synchronized (this) {
                if (negotiation != null) {
                    negotiation = passed(negotiation.finding());
                }
                hostKeyFailure = e;
            }
            keyExchange.completeExceptionally(e);
            return false;
        }
    }

    void established() {
        keyExchange.complete(null);
    }

    void failed(Throwable t) {
        synchronized (this) {
            if (failure == null) {
                failure = t;
            }
        }
        keyExchange.completeExceptionally(t);
    }

    synchronized void disconnected(int reason, String text, boolean initiator) {
        if (!initiator && disconnectText.isEmpty()) {
            disconnectText = text;
        }
    }

    void closed() {
        keyExchange.completeExceptionally(new EOFException("the server hung up"));
    }

    void refused(List<String> methods, boolean afterSuccess) {
        synchronized (this) {
            serverMethods = List.copyOf(methods);
            partial |= afterSuccess;
        }
    }

    synchronized void mayOffer(Identities all) {
        identities = all;
    }

    /// The identities, each noted as it goes out.
    synchronized Iterator<PublicKeyIdentity> offers() {
        Identities all = identities;
        List<Candidate> candidates = all == null ? List.of() : all.candidates();
        Iterator<Candidate> rest = candidates.stream().limit(OFFERS_MAX).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rest.hasNext();
            }

            @Override
            public PublicKeyIdentity next() throws NoSuchElementException {
                Candidate candidate = rest.next();
                synchronized (Handshake.this) {
                    offered.add(candidate);
                }
                return candidate.signer();
            }
        };
    }

    private Passed passed(String finding) {
        return new Passed(Duration.ofNanos(System.nanoTime() - started), finding);
    }

    CompletableFuture<Void> keyExchange() {
        return keyExchange;
    }

    synchronized List<String> greetings() {
        return List.copyOf(greeting);
    }

    synchronized @Nullable Passed bannerPassed() {
        return banner;
    }

    synchronized @Nullable Passed negotiationPassed() {
        return negotiation;
    }

    synchronized @Nullable Passed hostKeyPassed() {
        return hostKey;
    }

    synchronized @Nullable BackendException hostKeyFailure() {
        return hostKeyFailure;
    }

    synchronized @Nullable Throwable negotiationFailure() {
        return negotiationFailure;
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    synchronized String disconnectText() {
        return disconnectText;
    }

    synchronized List<String> serverMethods() {
        return serverMethods;
    }

    synchronized boolean partial() {
        return partial;
    }

    synchronized List<Candidate> offered() {
        return List.copyOf(offered);
    }
}
