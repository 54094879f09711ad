package dev.holdfast.engine;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.backend.LocalBackend;
import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.PasswordKdf;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.repository.RepositoryContext;
import dev.holdfast.engine.repository.RepositoryOptions;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/// What tests need to make and open repositories quickly.
public final class TestRepositories {
    /// Password of all of them.
    public static final String PASSWORD = "pässwörd ☃";

    /// Cheap to derive.
    public static final ScryptParameters FAST = new ScryptParameters(1024, 8, 1);

    /// A clock that stands still.
    public static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-22T06:10:16.234144002Z"));

    private TestRepositories() {}

    public static Secret secret() {
        return secret(PASSWORD);
    }

    public static Secret secret(String password) {
        return Secret.of(password.getBytes(StandardCharsets.UTF_8));
    }

    public static RepositoryContext context() {
        return new RepositoryContext(CLOCK, new SecureRandom(), "test-host", "tester");
    }

    public static RepositoryOptions options(int version) {
        return new RepositoryOptions(version, Optional.empty(), FAST);
    }

    public static Backend local(Path folder) {
        return new LocalBackend(folder, new SecureRandom());
    }

    /// The master key that a password opens, as nothing but a test may know it.
    public static MasterKey masterKey(Backend backend, String password) throws Exception {
        Handle file = backend.list(FileType.KEY).getFirst().handle();
        Vectors json = Vectors.parse(backend.load(file));
        ScryptParameters cost =
                new ScryptParameters(
                        (int) json.get("N").number(),
                        (int) json.get("r").number(),
                        (int) json.get("p").number());
        byte[] data = base64(json.get("data"));
        byte[] plain = new byte[data.length - SealedBox.OVERHEAD];
        MasterKey user = PasswordKdf.derive(secret(password), base64(json.get("salt")), cost);
        new SealedBox(user, new SecureRandom()).open(data, 0, data.length, plain, 0);
        Vectors key = Vectors.parse(plain);
        return new MasterKey(
                base64(key.get("encrypt")),
                base64(key.get("mac").get("k")),
                base64(key.get("mac").get("r")));
    }

    private static byte[] base64(Vectors text) {
        return Base64.getDecoder().decode(text.text());
    }
}
