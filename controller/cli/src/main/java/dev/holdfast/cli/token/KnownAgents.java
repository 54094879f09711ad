package dev.holdfast.cli.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The file `known_agents`: a line per agent, `ID x25519 KEY`, of sealing keys that were proven
/// once.
public final class KnownAgents {
    private final Path file;

    public KnownAgents(Path file) {
        this.file = file;
    }

    public Optional<byte[]> find(String agentId) throws IOException {
        return Optional.ofNullable(read().get(agentId)).map(key -> Base64.getDecoder().decode(key));
    }

    /// Adds an agent; one that is pinned already stays as it is.
    public void pin(String agentId, byte[] sealingKey) throws IOException {
        Map<String, String> keys = read();
        if (keys.putIfAbsent(agentId, Base64.getEncoder().encodeToString(sealingKey)) == null) {
            StringBuilder text = new StringBuilder();
            keys.forEach((id, key) -> text.append(id).append(" x25519 ").append(key).append('\n'));
            PrivateFile.replace(file, text.toString());
        }
    }

    private Map<String, String> read() throws IOException {
        Map<String, String> keys = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split(" ", -1);
                if (fields.length != 3 || !fields[1].equals("x25519")) {
                    throw new IOException("not a line of known_agents in " + file + ": " + line);
                }
                keys.put(fields[0], fields[2]);
            }
        }
        return keys;
    }
}
