package dev.holdfast.daemon.task;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.daemon.operation.BackupOperation;
import dev.holdfast.daemon.operation.RestoreOperation;
import dev.holdfast.daemon.policy.Policy;
import dev.holdfast.daemon.storage.RepositoryOpener;
import dev.holdfast.daemon.storage.StorageAccess;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.repository.RepositoryOptions;
import dev.holdfast.engine.restorer.Overwrite;
import dev.holdfast.engine.restorer.RestoreOptions;
import dev.holdfast.engine.snapshot.SnapshotFilter;
import dev.holdfast.proto.v1.BackupSpec;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.InitSpec;
import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.RestoreSpec;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Backup, restore and init by order of the controller.
public final class OrderExecutor implements TaskExecutor {
    /// How long a task waits for a foreign lock before it fails as retryable.
    private static final Duration RETRY_LOCK = Duration.ofMinutes(5);

    private final Policy policy;
    private final StorageGate storages;
    private final RepositoryOpener opener;
    private final BackupOperation backups;
    private final RestoreOperation restores;

    public OrderExecutor(
            Policy policy,
            StorageGate storages,
            RepositoryOpener opener,
            InstantSource clock,
            ZoneId zone,
            SecureRandom random) {
        this.policy = policy;
        this.storages = storages;
        this.opener = opener;
        this.backups = new BackupOperation(opener, clock, zone);
        this.restores = new RestoreOperation(opener, random);
    }

    @Override
    public void check(TaskOrder order) throws IOException {
        switch (order.getSpecCase()) {
            case BACKUP -> {
                BackupSpec spec = order.getBackup();
                policy.checkBackup(spec.getPathsList());
                storages.check(spec.getStorage());
                policy.takeRun();
            }
            case RESTORE -> {
                RestoreSpec spec = order.getRestore();
                policy.checkRestore(spec.getTarget(), spec.getOverwrite());
                storages.check(spec.getStorage());
                policy.takeRestore();
            }
            case INIT -> {
                storages.check(order.getInit().getStorage());
                policy.takeRun();
            }
            case SPEC_NOT_SET ->
                    throw new FailureException(
                            Failure.Code.INVALID_ARGUMENT,
                            "the order is of a kind that this agent does not know",
                            "upgrade the agent");
        }
    }

    @Override
    public TaskResult.Builder execute(TaskOrder order, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        progress.accept(Progress.newBuilder().setPhase(Progress.Phase.CONNECTING).build());
        return switch (order.getSpecCase()) {
            case BACKUP -> backup(order.getBackup(), progress);
            case RESTORE -> restore(order.getRestore(), progress);
            case INIT -> init(order.getInit());
            case SPEC_NOT_SET -> throw new IllegalStateException("passed the gate without a kind");
        };
    }

    private TaskResult.Builder backup(BackupSpec spec, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        // the links of the parents may lead elsewhere by now
        Policy.BackupGrant grant = policy.checkBackup(spec.getPathsList());
        StorageAccess access = storages.check(spec.getStorage());
        List<String> excludes = new ArrayList<>(spec.getExcludesList());
        excludes.addAll(grant.excludes());
        BackupOperation.Request request =
                new BackupOperation.Request(
                        spec.getPathsList().stream()
                                .map(path -> path.getBytes(StandardCharsets.UTF_8))
                                .toList(),
                        excludes,
                        spec.getTagsList(),
                        spec.getHost(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false,
                        false,
                        RETRY_LOCK);
        try (Secret password = storages.password(spec.getStorage())) {
            BackupOperation.Outcome outcome =
                    backups.run(
                            access,
                            password,
                            request,
                            () -> progress.accept(phase(Progress.Phase.OPENING)),
                            new BackupProgress(progress));
            return TaskResults.of(outcome);
        }
    }

    private TaskResult.Builder restore(RestoreSpec spec, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        policy.checkRestore(spec.getTarget(), spec.getOverwrite());
        StorageAccess access = storages.check(spec.getStorage());
        SnapshotFilter filter =
                new SnapshotFilter(
                        spec.getHost().isEmpty() ? List.of() : List.of(spec.getHost()),
                        List.of(),
                        spec.getPathsList());
        RestoreOptions options =
                RestoreOptions.DEFAULT
                        .withTrusted(policy.trustedRestore())
                        .withVerify(spec.getVerify())
                        .withOverwrite(spec.getOverwrite() ? Overwrite.ALWAYS : Overwrite.REFUSE);
        RestoreOperation.Request request =
                new RestoreOperation.Request(
                        spec.getSnapshot(),
                        filter,
                        spec.getPath(),
                        Path.of(spec.getTarget()),
                        options,
                        Optional.of(RETRY_LOCK));
        try (Secret password = storages.password(spec.getStorage())) {
            RestoreOperation.Outcome outcome =
                    restores.run(
                            access,
                            password,
                            request,
                            () -> progress.accept(phase(Progress.Phase.OPENING)),
                            new RestoreFeed(progress));
            return TaskResults.of(outcome);
        }
    }

    private TaskResult.Builder init(InitSpec spec) throws IOException, InterruptedException {
        StorageAccess access = storages.check(spec.getStorage());
        try (Secret password = storages.password(spec.getStorage());
                Repository repository = opener.init(access, password, RepositoryOptions.DEFAULT)) {
            return TaskResult.newBuilder()
                    .setOutcome(TaskResult.Outcome.SUCCEEDED)
                    .setRepositoryId(repository.config().id())
                    .setDurability(TaskResults.durability(repository.backend().durable()));
        }
    }

    private static Progress phase(Progress.Phase phase) {
        return Progress.newBuilder().setPhase(phase).build();
    }
}
