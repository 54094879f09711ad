package dev.holdfast.sftp.ssh;

import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which algorithms are proposed, and in which order: ours by default, changed by the
/// configuration.
final class AlgorithmLists {
    static final List<String> KEYWORDS =
            List.of("ciphers", "macs", "kexalgorithms", "hostkeyalgorithms");

    /// AES-GCM runs on intrinsics at several times the speed of ChaCha20 in Java.
    private static final List<BuiltinCiphers> CIPHERS =
            List.of(
                    BuiltinCiphers.aes128gcm,
                    BuiltinCiphers.aes256gcm,
                    BuiltinCiphers.aes256ctr,
                    BuiltinCiphers.aes128ctr,
                    BuiltinCiphers.cc20p1305_openssh);

    private static final List<BuiltinMacs> MACS =
            List.of(
                    BuiltinMacs.hmacsha256etm,
                    BuiltinMacs.hmacsha512etm,
                    BuiltinMacs.hmacsha256,
                    BuiltinMacs.hmacsha512);

    /// The post-quantum one of current servers first; sntrup761 costs seconds in a cold process, so
    /// it stands behind curve25519.
    private static final List<BuiltinDHFactories> KEX =
            List.of(
                    BuiltinDHFactories.mlkem768x25519,
                    BuiltinDHFactories.curve25519,
                    BuiltinDHFactories.curve25519_libssh,
                    BuiltinDHFactories.ecdhp256,
                    BuiltinDHFactories.ecdhp384,
                    BuiltinDHFactories.ecdhp521,
                    BuiltinDHFactories.sntrup761x25519,
                    BuiltinDHFactories.sntrup761x25519_openssh,
                    BuiltinDHFactories.dhgex256,
                    BuiltinDHFactories.dhg16_512,
                    BuiltinDHFactories.dhg14_256);

    /// SHA-1 signatures (`ssh-rsa`) and DSA are left out, as current OpenSSH does.
    private static final List<BuiltinSignatures> SIGNATURES =
            List.of(
                    BuiltinSignatures.ed25519,
                    BuiltinSignatures.nistp256,
                    BuiltinSignatures.nistp384,
                    BuiltinSignatures.nistp521,
                    BuiltinSignatures.sk_ssh_ed25519,
                    BuiltinSignatures.sk_ecdsa_sha2_nistp256,
                    BuiltinSignatures.rsaSHA512,
                    BuiltinSignatures.rsaSHA256);

    private AlgorithmLists() {}

    static List<NamedFactory<Cipher>> ciphers() {
        return new ArrayList<>(NamedFactory.setUpBuiltinFactories(true, CIPHERS));
    }

    static List<NamedFactory<Mac>> macs() {
        return new ArrayList<>(NamedFactory.setUpBuiltinFactories(true, MACS));
    }

    static List<KeyExchangeFactory> keyExchanges() {
        return NamedFactory.setUpTransformedFactories(true, KEX, ClientBuilder.DH2KEX);
    }

    static List<NamedFactory<Signature>> signatures() {
        return new ArrayList<>(NamedFactory.setUpBuiltinFactories(true, SIGNATURES));
    }

    /// @throws IllegalArgumentException for an algorithm that is not proposed by default
    static Signature signature(String name) {
        return SIGNATURES.stream()
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no signature " + name))
                .create();
    }

    static List<NamedFactory<Cipher>> ciphers(String spec) throws ConfigSyntaxException {
        List<NamedFactory<Cipher>> all =
                new ArrayList<>(NamedFactory.setUpBuiltinFactories(true, BuiltinCiphers.VALUES));
        all.removeIf(cipher -> cipher.getName().equals("none"));
        return choose("Ciphers", spec, ciphers(), all);
    }

    static List<NamedFactory<Mac>> macs(String spec) throws ConfigSyntaxException {
        return choose(
                "MACs", spec, macs(), NamedFactory.setUpBuiltinFactories(true, BuiltinMacs.VALUES));
    }

    static List<KeyExchangeFactory> keyExchanges(String spec) throws ConfigSyntaxException {
        return choose(
                "KexAlgorithms",
                spec,
                keyExchanges(),
                NamedFactory.setUpTransformedFactories(
                        true, BuiltinDHFactories.VALUES, ClientBuilder.DH2KEX));
    }

    static List<NamedFactory<Signature>> signatures(String spec) throws ConfigSyntaxException {
        return choose(
                "HostKeyAlgorithms",
                spec,
                signatures(),
                NamedFactory.setUpBuiltinFactories(true, BuiltinSignatures.VALUES));
    }

    /// `+` adds, `-` removes, `^` moves to the front; else the list is the whole choice. Names that
    /// are not known here are passed over as long as one is left.
    private static <T extends NamedResource> List<T> choose(
            String keyword, String spec, List<T> usual, List<? extends T> all)
            throws ConfigSyntaxException {
        char sign = spec.charAt(0);
        boolean signed = sign == '+' || sign == '-' || sign == '^';
        List<String> patterns = List.of((signed ? spec.substring(1) : spec).split(","));
        Map<String, T> named = new LinkedHashMap<>();
        for (String pattern : patterns) {
            for (T one : sign == '-' ? usual : all) {
                if (HostPattern.matches(pattern, one.getName())) {
                    named.putIfAbsent(one.getName(), one);
                }
            }
        }
        List<T> rest = new ArrayList<>(usual);
        rest.removeIf(one -> named.containsKey(one.getName()));
        List<T> chosen = new ArrayList<>();
        switch (sign) {
            case '+' -> {
                chosen.addAll(usual);
                named.values().stream()
                        .filter(
                                one ->
                                        usual.stream()
                                                .noneMatch(u -> u.getName().equals(one.getName())))
                        .forEach(chosen::add);
            }
            case '-' -> chosen.addAll(rest);
            case '^' -> {
                chosen.addAll(named.values());
                chosen.addAll(rest);
            }
            default -> chosen.addAll(named.values());
        }
        if (chosen.isEmpty()) {
            throw new ConfigSyntaxException(keyword + " leaves no algorithm: " + spec);
        }
        return chosen;
    }
}
