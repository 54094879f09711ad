package dev.holdfast.daemon.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.StorageSpec;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

class PolicyTest {
    private static final String STORAGES =
            """
            [[allow.storages]]
            name = "vault"
            host = "Vault.example"
            port = 2222
            user = "backup"
            path_prefix = "/srv/backup"
            use = ["repository"]
            [[allow.storages]]
            name = "any user"
            host = "open.example"
            path_prefix = "repos"
            use = ["repository"]
            [[allow.storages]]
            name = "pinned"
            host = "pinned.example"
            host_keys = ["SHA256:one", "SHA256:two"]
            path_prefix = "/"
            use = ["repository"]
            [[allow.storages]]
            name = "disk"
            path_prefix = "/mnt/disk"
            use = ["repository"]
            [[allow.storages]]
            name = "source"
            host = "source.example"
            path_prefix = "/"
            use = ["source"]
            """;

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));

    @TempDir private Path temporary;
    private Path root;

    @BeforeEach
    void makeFolders() throws IOException {
        root = temporary.toRealPath();
        for (String each : List.of("home/me/.ssh", "home2", "restore/in", "state", "secret")) {
            Files.createDirectories(root.resolve(each));
        }
        Files.createSymbolicLink(root.resolve("home/out"), root.resolve("secret"));
        Files.createSymbolicLink(root.resolve("link-to-home"), root.resolve("home"));
        Files.createSymbolicLink(root.resolve("restore/out"), root.resolve("secret"));
    }

    @ParameterizedTest
    @CsvSource({
        "/home, true",
        "/home/, true",
        "/home/me, true",
        "/home//me, true",
        "/home/not/there/yet, true",
        "/link-to-home/me, true",
        "/home/out, true", // the symlink itself
        "/home2, false",
        "/hom, false",
        "/, false",
        "/home/out/file, false", // behind the symlink
        "/home/../secret, false",
        "/home/./me, false",
        "/home/me/.ssh, false",
        "/home/me/.ssh/id_ed25519, false",
        "/link-to-home/me/.ssh, false",
        "/state, false",
        "/state/identity.key, false"
    })
    void backsUpWhatIsInsideTheBackupPaths(String path, boolean allowed) throws FailureException {
        Policy policy =
                policy(
                        "backup_paths = [\"@/home\", \"@/state\"]\n"
                                + "never_paths = [\"@/home/me/.ssh\"]");

        if (allowed) {
            policy.checkBackup(List.of(root + path));
        } else {
            FailureReport refusal = refusal(() -> policy.checkBackup(List.of(root + path)));
            assertThat(refusal.code()).isEqualTo(Failure.Code.REFUSED_BY_AGENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"home", "", "./home"})
    void refusesPathsThatAreNotAbsolute(String path) throws FailureException {
        Policy policy = policy("backup_paths = [\"/\"]");

        assertThat(refusal(() -> policy.checkBackup(List.of(path))).message())
                .contains("is not absolute");
    }

    @Test
    void hidesNeverPathsAndItsOwnFolderFromABackupOfTheirParents() throws FailureException {
        Policy policy = policy("backup_paths = [\"/\"]\nnever_paths = [\"@/home/me/.ssh\"]");

        assertThat(policy.checkBackup(List.of(root.toString())).excludes())
                .containsExactlyInAnyOrder(root + "/home/me/.ssh", root + "/state");
        assertThat(policy.checkBackup(List.of(root + "/link-to-home/me")).excludes())
                .containsExactly(root + "/link-to-home/me/.ssh");
        assertThat(policy.checkBackup(List.of(root + "/home2")).excludes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/restore, true",
        "/restore/new/deep, true",
        "/restore/in, true",
        "/restore2, false",
        "/, false",
        "/restore/out, false",
        "/restore/out/new, false",
        "/restore/../secret, false",
        "/state, false",
        "/state/x, false"
    })
    void restoresInsideTheRestoreRoots(String target, boolean allowed) throws FailureException {
        Policy policy = policy("restore_roots = [\"@/restore\", \"@/state\"]");

        if (allowed) {
            policy.checkRestore(root + target, false);
        } else {
            assertThat(refusal(() -> policy.checkRestore(root + target, false)).code())
                    .isEqualTo(Failure.Code.REFUSED_BY_AGENT);
        }
    }

    @Test
    void replacesFilesOnlyWhereTheHostSaysSo() throws FailureException {
        Policy policy = policy("restore_roots = [\"@/restore\"]");

        FailureReport refusal = refusal(() -> policy.checkRestore(root + "/restore", true));
        assertThat(refusal.hint()).contains("agent.toml").contains("overwrite = true");
        policy("restore_roots = [\"@/restore\"]\noverwrite = true")
                .checkRestore(root + "/restore", true);
    }

    @Test
    void refusalsNameTheKeyThatWouldAllowIt() throws FailureException {
        Policy policy =
                policy("backup_paths = []\nrestore_roots = []\nbrowse = false\n" + STORAGES);

        assertThat(refusal(() -> policy.checkBackup(List.of("/etc"))).hint())
                .isEqualTo(
                        "agent.toml line 2: add \"/etc\" to backup_paths under [allow] and restart"
                                + " the agent");
        assertThat(refusal(() -> policy.checkRestore("/etc", false)).hint())
                .startsWith("agent.toml line 3: add \"/etc\" to restore_roots");
        assertThat(refusal(policy::checkBrowse).hint())
                .isEqualTo("agent.toml line 4: set browse = true under [allow]");
        assertThat(refusal(() -> storage(policy, "vault.example", 22, "backup", "/srv")).hint())
                .startsWith("agent.toml line 5: a [[allow.storages]]")
                .contains("host = \"vault.example\", port = 22, user = \"backup\"");
    }

    @ParameterizedTest
    @CsvSource({
        "vault.example, 2222, backup, /srv/backup, true",
        "VAULT.EXAMPLE, 2222, backup, /srv/backup/a, true",
        "vault.example, 2222, backup, /srv//backup/./a, true",
        "vault.example, 22, backup, /srv/backup, false",
        "vault.example, 2222, root, /srv/backup, false",
        "other.example, 2222, backup, /srv/backup, false",
        "vault.example, 2222, backup, /srv/backup2, false",
        "vault.example, 2222, backup, /srv, false",
        "vault.example, 2222, backup, /srv/backup/../other, false",
        "vault.example, 2222, backup, srv/backup, false",
        "open.example, 22, anybody, repos/a, true",
        "open.example, 22, anybody, /repos/a, false",
        "source.example, 22, root, /data, false"
    })
    void reachesTheStoragesItWasGiven(
            String host, int port, String user, String path, boolean allowed)
            throws FailureException {
        Policy policy = policy(STORAGES);

        if (allowed) {
            storage(policy, host, port, user, path);
        } else {
            assertThat(refusal(() -> storage(policy, host, port, user, path)).code())
                    .isEqualTo(Failure.Code.REFUSED_BY_AGENT);
        }
    }

    @Test
    void localFoldersAreStoragesToo() throws FailureException {
        Policy policy = policy(STORAGES);
        StorageSpec spec = StorageSpec.getDefaultInstance();

        assertThat(policy.checkStorage(spec, StoragePlace.local("/mnt/disk/a")).rule().name())
                .isEqualTo("disk");
        assertThat(
                        refusal(() -> policy.checkStorage(spec, StoragePlace.local("/mnt/disk2")))
                                .code())
                .isEqualTo(Failure.Code.REFUSED_BY_AGENT);
    }

    @Test
    void pinsOfHostAndControllerMustAgree() throws FailureException {
        Policy policy = policy(STORAGES);
        StoragePlace pinned = new StoragePlace("pinned.example", 22, "me", "/a");
        StoragePlace open = new StoragePlace("open.example", 22, "me", "repos");
        StorageSpec none = StorageSpec.getDefaultInstance();
        StorageSpec two = StorageSpec.newBuilder().addHostKeys("SHA256:two").build();
        StorageSpec foreign = StorageSpec.newBuilder().addHostKeys("SHA256:three").build();

        assertThat(policy.checkStorage(none, pinned).hostKeys())
                .containsExactly("SHA256:one", "SHA256:two");
        assertThat(policy.checkStorage(two, pinned).hostKeys()).containsExactly("SHA256:two");
        assertThat(policy.checkStorage(foreign, open).hostKeys()).containsExactly("SHA256:three");
        assertThat(policy.checkStorage(none, open).hostKeys()).isEmpty();
        assertThat(refusal(() -> policy.checkStorage(foreign, pinned)).hint())
                .contains("host_keys of storage \"pinned\"");
    }

    @ParameterizedTest
    @CsvSource({
        "ProxyCommand=nc %h %p, pinned.example, false",
        "proxycommand nc, open.example, false",
        "Include=/tmp/x, pinned.example, false",
        "LocalCommand=id, pinned.example, false",
        "StrictHostKeyChecking=no, open.example, false",
        "StrictHostKeyChecking=no, pinned.example, true",
        "UserKnownHostsFile /tmp/x, open.example, false",
        "IdentityAgent=/run/allowed, open.example, true",
        "IdentityAgent=/run/other, open.example, false",
        "IdentityAgent /run/other, pinned.example, false",
        "Compression=yes, open.example, true"
    })
    void ordersCannotRunProgramsOrWeakenTrust(String option, String host, boolean allowed)
            throws FailureException {
        Policy policy = policy("ssh_agent_sockets = [\"/run/allowed\"]\n" + STORAGES);
        String path = host.startsWith("open") ? "repos" : "/a";
        StorageSpec spec = StorageSpec.newBuilder().addSshOptions(option).build();
        StoragePlace place = new StoragePlace(host, 22, "me", path);

        if (allowed) {
            policy.checkStorage(spec, place);
        } else {
            assertThat(refusal(() -> policy.checkStorage(spec, place)).message())
                    .contains(
                            option.split("[= ]", 2)[0].equalsIgnoreCase("identityagent")
                                    ? "ssh-agent"
                                    : option);
        }
    }

    @Test
    void countsTheOrdersOfAnHour() throws FailureException {
        Policy policy = policy("[allow.orders_per_hour]\nrun = 2\nrestore = 1");
        policy.takeRun();
        policy.takeRun();
        policy.takeRestore();

        assertThat(refusal(policy::takeRun).hint()).contains("raise run in orders_per_hour");
        assertThat(refusal(policy::takeRestore).code()).isEqualTo(Failure.Code.REFUSED_BY_AGENT);
        now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
        policy.takeRun();
        policy.takeRestore();
    }

    @Test
    void aPolicyThatSaysNothingAllowsNothing() {
        Policy policy = new Policy(AllowSection.nothing("agent.toml"), List.of(), now::get);

        assertThat(refusal(() -> policy.checkBackup(List.of("/"))).code())
                .isEqualTo(Failure.Code.REFUSED_BY_AGENT);
        assertThat(refusal(() -> policy.checkRestore("/tmp", false)).code())
                .isEqualTo(Failure.Code.REFUSED_BY_AGENT);
        assertThat(refusal(() -> storage(policy, "h", 22, "u", "/")).code())
                .isEqualTo(Failure.Code.REFUSED_BY_AGENT);
    }

    /// The body of `[allow]`; `@` stands for the test's folder.
    private Policy policy(String allow) throws FailureException {
        String text = "[allow]\n" + allow.replace("@", root.toString());
        return new Policy(
                AgentConfig.parse("agent.toml", text).allow(),
                List.of(root.resolve("state")),
                now::get);
    }

    private static void storage(Policy policy, String host, int port, String user, String path)
            throws FailureException {
        policy.checkStorage(
                StorageSpec.getDefaultInstance(), new StoragePlace(host, port, user, path));
    }

    private static FailureReport refusal(ThrowingCallable call) {
        FailureException thrown = catchThrowableOfType(FailureException.class, call);
        assertThat(thrown).as("refused").isNotNull();
        return thrown.report();
    }
}
