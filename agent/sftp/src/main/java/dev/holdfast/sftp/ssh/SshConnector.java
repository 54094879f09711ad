package dev.holdfast.sftp.ssh;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.ssh.HostSettings.HostKeyPolicy;

import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.future.ConnectFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Connects and signs in: resolves, dials, verifies the host key, offers identities, each with a
/// deadline of its own. Nothing is retried here. Safe for use by many threads.
public final class SshConnector {
    private static final Duration KEY_EXCHANGE_MAX = Duration.ofSeconds(30);
    private static final Duration AUTHENTICATION_MAX = Duration.ofSeconds(45);

    private final HostSettings settings;
    private final List<String> pins;

    private SshConnector(HostSettings settings, List<String> pins) {
        this.settings = settings;
        this.pins = pins;
    }

    /// Reads the settings once; [#connect] may be called many times.
    public static SshConnector of(SshTarget target) throws BackendException {
        HostSettings settings = SshConfig.read(target);
        try {
            for (var list : settings.lists().entrySet()) {
                switch (list.getKey()) {
                    case "ciphers" -> AlgorithmLists.ciphers(list.getValue());
                    case "macs" -> AlgorithmLists.macs(list.getValue());
                    case "kexalgorithms" -> AlgorithmLists.keyExchanges(list.getValue());
                    default -> AlgorithmLists.signatures(list.getValue());
                }
            }
        } catch (ConfigSyntaxException e) {
            throw new BackendException(
                    Kind.SSH_CONFIG_UNSUPPORTED,
                    "the SSH configuration for " + target.host() + ": " + e.getMessage(),
                    "change the list of algorithms",
                    e);
        }
        return new SshConnector(settings, List.copyOf(target.hostKeyPins()));
    }

    /// Host and port, for messages.
    public String peer() {
        return settings.peer();
    }

    /// Name or address that is dialled.
    public String hostName() {
        return settings.hostName();
    }

    public int port() {
        return settings.port();
    }

    public String user() {
        return settings.user();
    }

    public SshConnection connect(ConnectListener listener)
            throws BackendException, InterruptedException {
        List<InetAddress> addresses = resolve(listener);
        BackendException last = null;
        for (InetAddress address : addresses) {
            try {
                return connect(address, listener);
            } catch (BackendException e) {
                boolean dialFailed =
                        e.kind() == Kind.CONNECTION_REFUSED || e.kind() == Kind.TIMEOUT;
                if (!dialFailed) {
                    throw e;
                }
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
            }
        }
        if (last == null) {
            throw new IllegalStateException("no address for " + settings.hostName());
        }
        throw last;
    }

    private List<InetAddress> resolve(ConnectListener listener) throws BackendException {
        long start = System.nanoTime();
        String name = settings.hostName();
        List<InetAddress> addresses = new ArrayList<>();
        try {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                boolean wanted =
                        switch (settings.addressFamily()) {
                            case ANY -> true;
                            case INET -> address instanceof Inet4Address;
                            case INET6 -> !(address instanceof Inet4Address);
                        };
                if (wanted) {
                    addresses.add(address);
                }
            }
        } catch (UnknownHostException e) {
            throw notResolved(name, e);
        }
        if (addresses.isEmpty()) {
            throw notResolved(name, new UnknownHostException(name));
        }
        String found =
                String.join(", ", addresses.stream().map(InetAddress::getHostAddress).toList());
        listener.passed(ConnectStage.RESOLVE, since(start), name + " is " + found, false);
        return addresses;
    }

    private BackendException notResolved(String name, UnknownHostException cause) {
        String alias = settings.alias().equals(name) ? "" : " (for " + settings.alias() + ")";
        return new BackendException(
                Kind.NAME_NOT_RESOLVED,
                "the name " + name + alias + " cannot be resolved",
                "is it spelled right? try: getent hosts " + name,
                cause);
    }

    private SshConnection connect(InetAddress address, ConnectListener listener)
            throws BackendException, InterruptedException {
        Handshake handshake = new Handshake(settings, new HostKeyCheck(settings, pins));
        ClientSession session = dial(address, handshake, listener);
        boolean done = false;
        try {
            exchangeKeys(handshake, listener);
            authenticate(session, handshake, listener);
            done = true;
            Handshake.Passed banner = handshake.bannerPassed();
            return new SshConnection(
                    session,
                    settings.peer(),
                    settings.user(),
                    banner == null ? "" : banner.finding());
        } finally {
            if (!done) {
                session.close(true);
            }
        }
    }

    private ClientSession dial(InetAddress address, Handshake handshake, ConnectListener listener)
            throws BackendException, InterruptedException {
        long start = System.nanoTime();
        String where = settings.peer() + " (" + address.getHostAddress() + ")";
        CompletableFuture<ClientSession> dialled = new CompletableFuture<>();
        try {
            ConnectFuture future =
                    SharedClient.client()
                            .connect(
                                    settings.user(),
                                    address.getHostAddress(),
                                    settings.port(),
                                    AttributeRepository.ofKeyValuePair(Handshake.KEY, handshake),
                                    null);
            future.addListener(
                    done -> {
                        Throwable failure = done.getException();
                        if (failure != null) {
                            dialled.completeExceptionally(failure);
                        } else if (!dialled.complete(done.getSession())) {
                            done.getSession().close(true);
                        }
                    });
            ClientSession session =
                    dialled.get(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
            listener.passed(ConnectStage.CONNECT, since(start), where, false);
            return session;
        } catch (TimeoutException e) {
            dialled.completeExceptionally(e);
            throw new BackendException(
                    Kind.TIMEOUT,
                    "no answer from "
                            + where
                            + " within "
                            + settings.connectTimeout().toSeconds()
                            + " s",
                    "host, port, firewall or NAT: can this host reach it at all?",
                    e);
        } catch (ExecutionException e) {
            throw dialFailed(where, e.getCause() == null ? e : e.getCause());
        } catch (IOException | RuntimeException e) {
            throw dialFailed(where, e);
        } catch (InterruptedException e) {
            dialled.completeExceptionally(e);
            throw e;
        }
    }

    private static BackendException dialFailed(String where, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && !(root instanceof ConnectException)) {
            root = root.getCause();
        }
        String text = String.valueOf(root.getMessage());
        if (root instanceof ConnectException
                && text.toLowerCase(Locale.ROOT).contains("timed out")) {
            return new BackendException(
                    Kind.TIMEOUT,
                    "no answer from " + where,
                    "host, port, firewall or NAT: can this host reach it at all?",
                    cause);
        }
        boolean refused = root instanceof ConnectException && text.contains("refused");
        String what = refused ? " refuses the connection" : " cannot be reached: " + text;
        if (root instanceof NoRouteToHostException) {
            what = " cannot be reached: no route to host";
        }
        return new BackendException(
                Kind.CONNECTION_REFUSED,
                where + what,
                "does the SSH service run there, and on this port?",
                cause);
    }

    private void exchangeKeys(Handshake handshake, ConnectListener listener)
            throws BackendException, InterruptedException {
        Throwable failure = null;
        try {
            handshake.keyExchange().get(KEY_EXCHANGE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            failure = e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException e) {
            failure = e;
        }
        Handshake.Passed banner = handshake.bannerPassed();
        Handshake.Passed negotiation = handshake.negotiationPassed();
        Handshake.Passed hostKey = handshake.hostKeyPassed();
        if (banner != null) {
            listener.passed(ConnectStage.BANNER, banner.sinceStart(), banner.finding(), false);
        }
        BackendException badKey = handshake.hostKeyFailure();
        if (banner != null && negotiation != null && (hostKey != null || badKey != null)) {
            listener.passed(
                    ConnectStage.KEY_EXCHANGE,
                    negotiation.sinceStart().minus(banner.sinceStart()),
                    negotiation.finding(),
                    false);
        }
        if (badKey != null) {
            throw badKey;
        }
        if (failure != null) {
            throw exchangeFailed(handshake, failure);
        }
        if (hostKey == null || negotiation == null) {
            throw new IllegalStateException("keys were exchanged without verifying the host key");
        }
        boolean unverified =
                settings.hostKeyPolicy() == HostKeyPolicy.OFF
                        && hostKey.finding().contains("not verified");
        listener.passed(
                ConnectStage.HOST_KEY,
                hostKey.sinceStart().minus(negotiation.sinceStart()),
                hostKey.finding(),
                unverified);
    }

    private BackendException exchangeFailed(Handshake handshake, Throwable failure) {
        Throwable mismatch = handshake.negotiationFailure();
        String text = String.valueOf(failure.getMessage());
        if (mismatch != null || text.contains("Unable to negotiate")) {
            return new BackendException(
                    Kind.ALGORITHM_MISMATCH,
                    "no common algorithm with "
                            + settings.peer()
                            + ": "
                            + (mismatch == null ? text : mismatch.getMessage()),
                    "update the server; or allow the old algorithm for this host alone, as in"
                            + " HostKeyAlgorithms +ssh-rsa",
                    failure);
        }
        if (failure instanceof TimeoutException) {
            return new BackendException(
                    Kind.TIMEOUT,
                    settings.peer()
                            + (handshake.bannerPassed() == null
                                    ? " accepts the connection, but no SSH service answers"
                                    : " does not finish the key exchange"),
                    "is it an SSH service that listens there?",
                    failure);
        }
        String said = String.join(" / ", handshake.greetings()) + handshake.disconnectText();
        boolean tooMany =
                said.contains("MaxStartups")
                        || said.contains("Not allowed at this time")
                        || said.toLowerCase(Locale.ROOT).contains("too many");
        return new BackendException(
                tooMany ? Kind.TOO_MANY_CONNECTIONS : Kind.CONNECTION_LOST,
                settings.peer()
                        + " hung up "
                        + (handshake.bannerPassed() == null
                                ? "before the SSH banner"
                                : "during the key exchange")
                        + (said.isEmpty() ? ": " + text : ", saying: " + said),
                "too many connections (MaxStartups), a block list, or no SSH service on this port",
                failure);
    }

    private void authenticate(ClientSession session, Handshake handshake, ConnectListener listener)
            throws BackendException, InterruptedException {
        long start = System.nanoTime();
        try (Identities identities = Identities.collect(settings)) {
            handshake.mayOffer(identities);
            CompletableFuture<Void> signedIn = new CompletableFuture<>();
            try {
                AuthFuture future = session.auth();
                future.addListener(
                        done -> {
                            Throwable failure = done.getException();
                            if (failure != null) {
                                signedIn.completeExceptionally(failure);
                            } else if (done.isSuccess()) {
                                signedIn.complete(null);
                            } else {
                                signedIn.completeExceptionally(new IOException("refused"));
                            }
                        });
                signedIn.get(AUTHENTICATION_MAX.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new BackendException(
                        Kind.TIMEOUT,
                        settings.peer() + " does not answer the sign-in of " + settings.user(),
                        "look at the server's log",
                        e);
            } catch (IOException e) {
                throw lost(e);
            } catch (ExecutionException e) {
                throw notSignedIn(identities, handshake, e.getCause() == null ? e : e.getCause());
            }
            List<Identities.Candidate> offered = handshake.offered();
            String with = offered.isEmpty() ? "without identity" : offered.getLast().describe();
            boolean agentMissing = identities.agentFailure().isPresent();
            listener.passed(
                    ConnectStage.AUTHENTICATION,
                    since(start),
                    settings.user()
                            + " with "
                            + with
                            + (agentMissing ? "; the ssh-agent does not answer" : ""),
                    agentMissing);
        }
    }

    private BackendException notSignedIn(
            Identities identities, Handshake handshake, Throwable cause) {
        String text = handshake.disconnectText() + " " + cause.getMessage();
        boolean refused =
                text.contains("No more authentication methods")
                        || text.contains("oo many authentication failures")
                        || text.contains("refused");
        return refused ? Refusal.explain(settings, identities, handshake, cause) : lost(cause);
    }

    private BackendException lost(Throwable cause) {
        return new BackendException(
                Kind.CONNECTION_LOST,
                settings.peer() + " hung up during the sign-in: " + cause.getMessage(),
                "look at the server's log",
                cause);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
