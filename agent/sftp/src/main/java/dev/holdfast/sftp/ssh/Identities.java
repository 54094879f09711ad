package dev.holdfast.sftp.ssh;

import dev.holdfast.sftp.ssh.HostSettings.IdentityFile;
import dev.holdfast.sftp.ssh.IdentityFiles.Loaded;

import org.apache.sshd.client.auth.pubkey.KeyAgentIdentity;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.signature.Signature;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The identities of this host in the order in which `ssh` offers them: those of the ssh-agent that
/// the configuration names, then its others (unless only named ones may be used), then the files.
/// Also says why an identity cannot be used.
final class Identities implements AutoCloseable {
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();
    private final List<Path> encrypted = new ArrayList<>();
    private final List<Path> unreadable = new ArrayList<>();
    private @Nullable AgentConnection agent;
    private @Nullable IOException agentFailure;

    private Identities() {}

    /// One identity that can sign.
    ///
    /// @param source ssh-agent or file, for messages
    record Candidate(PublicKey key, String source, PublicKeyIdentity signer) {
        String describe() {
            return HostKeyCheck.fingerprint(key)
                    + " ("
                    + KeyUtils.getKeyType(key)
                    + ", "
                    + source
                    + ")";
        }
    }

    static Identities collect(HostSettings settings) {
        Identities all = new Identities();
        Map<PublicKey, String> held = all.askAgent(settings);
        List<Candidate> named = new ArrayList<>();
        List<Candidate> files = new ArrayList<>();
        List<PublicKey> taken = new ArrayList<>();
        for (IdentityFile file : settings.identityFiles()) {
            Loaded loaded = IdentityFiles.load(file.path());
            Optional<PublicKey> key =
                    switch (loaded) {
                        case Loaded.Usable(KeyPair pair) -> Optional.of(pair.getPublic());
                        case Loaded.PublicOnly(PublicKey half, _) -> Optional.of(half);
                        case Loaded.Encrypted _, Loaded.Missing _, Loaded.Unreadable _ ->
                                Optional.empty();
                    };
            Optional<PublicKey> inAgent =
                    key.flatMap(
                            wanted ->
                                    held.keySet().stream()
                                            .filter(one -> KeyUtils.compareKeys(one, wanted))
                                            .findFirst());
            if (inAgent.isPresent()) {
                named.add(all.ofAgent(inAgent.get(), file.path() + " held by the ssh-agent"));
                taken.add(inAgent.get());
            } else if (loaded instanceof Loaded.Usable(KeyPair pair)) {
                files.add(ofFile(pair, file.path().toString()));
            } else {
                all.note(file, loaded, settings.identityFilesNamed());
            }
        }
        all.candidates.addAll(named);
        if (!settings.identitiesOnly()) {
            held.forEach(
                    (key, comment) -> {
                        if (!taken.contains(key)) {
                            all.candidates.add(all.ofAgent(key, "ssh-agent: " + comment));
                        }
                    });
        }
        all.candidates.addAll(files);
        return all;
    }

    private Map<PublicKey, String> askAgent(HostSettings settings) {
        Map<PublicKey, String> held = new LinkedHashMap<>();
        if (settings.agentSocket().isEmpty()) {
            return held;
        }
        try {
            AgentConnection opened = AgentConnection.open(settings.agentSocket().get());
            agent = opened;
            for (Map.Entry<PublicKey, String> entry : opened.getIdentities()) {
                held.put(entry.getKey(), entry.getValue());
            }
        } catch (IOException | RuntimeException e) {
            agentFailure = e instanceof IOException io ? io : new IOException(e);
        }
        return held;
    }

    private Candidate ofAgent(PublicKey key, String source) {
        AgentConnection connection = agent;
        if (connection == null) {
            throw new IllegalStateException("an identity of no ssh-agent");
        }
        return new Candidate(key, source, new KeyAgentIdentity(connection, key, source));
    }

    private static Candidate ofFile(KeyPair pair, String source) {
        return new Candidate(pair.getPublic(), source, new FileIdentity(pair));
    }

    private void note(IdentityFile file, Loaded loaded, boolean named) {
        switch (loaded) {
            case Loaded.Usable _ -> {}
            case Loaded.Encrypted _ -> encrypted(file);
            case Loaded.PublicOnly(_, boolean underPassphrase) -> {
                if (underPassphrase) {
                    encrypted(file);
                } else {
                    unusable.add(
                            file.path() + ": only the public half, the ssh-agent has no other");
                }
            }
            case Loaded.Missing _ -> {
                if (named) {
                    unusable.add(file.path() + ": no such file (" + file.source() + ")");
                }
            }
            case Loaded.Unreadable(String why) -> {
                unreadable.add(file.path());
                unusable.add(file.path() + ": " + why);
            }
        }
    }

    private void encrypted(IdentityFile file) {
        encrypted.add(file.path());
        unusable.add(file.path() + ": encrypted, and not held by the ssh-agent");
    }

    List<Candidate> candidates() {
        return List.copyOf(candidates);
    }

    /// One line for each identity that could not be offered.
    List<String> unusable() {
        return List.copyOf(unusable);
    }

    List<Path> encrypted() {
        return List.copyOf(encrypted);
    }

    List<Path> unreadable() {
        return List.copyOf(unreadable);
    }

    /// Why the ssh-agent could not be asked.
    Optional<IOException> agentFailure() {
        return Optional.ofNullable(agentFailure);
    }

    @Override
    public void close() {
        AgentConnection connection = agent;
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                // a socket that does not close any more is closed enough
            }
        }
    }

    /// Signs with the private key of a file.
    private record FileIdentity(KeyPair pair) implements PublicKeyIdentity {
        @Override
        public KeyPair getKeyIdentity() {
            return pair;
        }

        @Override
        public Map.Entry<String, byte[]> sign(
                @Nullable SessionContext session, String algorithm, byte[] data) throws Exception {
            Signature signature = AlgorithmLists.signature(algorithm);
            signature.initSigner(session, pair.getPrivate());
            signature.update(session, data);
            return new SimpleImmutableEntry<>(algorithm, signature.sign(session));
        }
    }
}
