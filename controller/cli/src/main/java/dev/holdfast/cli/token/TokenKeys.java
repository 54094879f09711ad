package dev.holdfast.cli.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/// The binding keys of tokens that this operator made: one private file per token, named by the
/// token's id.
public final class TokenKeys {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    private final Path folder;

    public TokenKeys(Path folder) {
        this.folder = folder;
    }

    public void keep(EnrollmentSecret token) throws IOException {
        String key = Base64.getEncoder().encodeToString(token.bindKey());
        PrivateFile.create(folder.resolve(token.id()), key + "\n");
    }

    public void forget(String id) throws IOException {
        if (ID.matcher(id).matches()) {
            Files.deleteIfExists(folder.resolve(id));
        }
    }

    /// The binding key of a token; empty for tokens made elsewhere.
    public Optional<byte[]> find(String id) throws IOException {
        // the id comes from the controller: it must not become a path
        if (!ID.matcher(id).matches() || !Files.exists(folder.resolve(id))) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Base64.getDecoder().decode(Files.readString(folder.resolve(id)).strip()));
        } catch (IllegalArgumentException e) {
            throw new IOException("not a binding key: " + folder.resolve(id), e);
        }
    }
}
