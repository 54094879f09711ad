package dev.holdfast.daemon.policy;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// One `[[allow.storages]]`: where backups of this host may go and come from.
///
/// @param host empty for a local folder
/// @param hostKeys pins that count whatever the controller says; empty: known_hosts decide
/// @param pathPrefix folder that the repository must be or lie in
public record StorageRule(
        String name,
        String host,
        int port,
        String user,
        List<String> hostKeys,
        String pathPrefix,
        Set<Use> use) {
    /// What a storage is for.
    public enum Use {
        REPOSITORY,
        SOURCE,
        TARGET;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public StorageRule {
        hostKeys = List.copyOf(hostKeys);
        use = Set.copyOf(use);
    }

    boolean isLocal() {
        return host.isEmpty();
    }

    /// Whether the place is inside this rule, pins apart.
    boolean covers(StoragePlace place) {
        if (!use.contains(Use.REPOSITORY) || place.isLocal() != isLocal()) return false;
        if (!isLocal()) {
            boolean same =
                    host.equalsIgnoreCase(place.host())
                            && port == place.port()
                            && (user.isEmpty() || user.equals(place.user()));
            if (!same) return false;
        }
        return StoragePlace.isWithin(place.path(), pathPrefix);
    }
}
