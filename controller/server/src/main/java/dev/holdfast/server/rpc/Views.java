package dev.holdfast.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;

import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.PolicySummary;
import dev.holdfast.proto.v1.Progress;
import dev.holdfast.proto.v1.RunEvent;
import dev.holdfast.proto.v1.SealedSecret;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.TaskOrder;
import dev.holdfast.proto.v1.TaskResult;
import dev.holdfast.server.enrollment.EnrollmentToken;
import dev.holdfast.server.fleet.Agent;
import dev.holdfast.server.fleet.HostFacts;
import dev.holdfast.server.run.Run;
import dev.holdfast.server.run.RunKind;
import dev.holdfast.server.run.RunResult;
import dev.holdfast.server.run.RunState;
import dev.holdfast.server.storage.StorageDefinition;

import java.time.Instant;

/// Translates between the features' values and protobuf messages. Pure.
final class Views {
    private static final int LARGEST_RESULT = 1 << 20;

    private Views() {}

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    /// Out of range becomes the epoch: a host's clock must not break its report.
    static Instant instant(Timestamp timestamp) {
        boolean sane =
                timestamp.getSeconds() >= 0
                        && timestamp.getSeconds() < 253_402_300_800L
                        && timestamp.getNanos() >= 0
                        && timestamp.getNanos() < 1_000_000_000;
        return sane
                ? Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos())
                : Instant.EPOCH;
    }

    static HostFacts facts(dev.holdfast.proto.v1.HostFacts facts) {
        return new HostFacts(
                facts.getHostName(),
                facts.getOs(),
                facts.getArch(),
                facts.getAgentVersion(),
                facts.getTimeZone());
    }

    static dev.holdfast.proto.v1.EnrollmentToken token(EnrollmentToken token, String fingerprint) {
        return dev.holdfast.proto.v1.EnrollmentToken.newBuilder()
                .setId(token.id())
                .setCreatedAt(timestamp(token.createdAt()))
                .setExpiresAt(timestamp(token.expiresAt()))
                .setUses((int) token.uses())
                .setUsed((int) token.used())
                .putAllLabels(token.labels())
                .setRevoked(token.revokedAt().isPresent())
                .setCaFingerprint(fingerprint)
                .build();
    }

    static dev.holdfast.proto.v1.Agent agent(Agent agent, boolean connected) {
        var view =
                dev.holdfast.proto.v1.Agent.newBuilder()
                        .setId(agent.id())
                        .setName(agent.name())
                        .setFacts(
                                dev.holdfast.proto.v1.HostFacts.newBuilder()
                                        .setHostName(agent.facts().hostName())
                                        .setOs(agent.facts().os())
                                        .setArch(agent.facts().arch())
                                        .setAgentVersion(agent.facts().agentVersion())
                                        .setTimeZone(agent.facts().timeZone()))
                        .putAllLabels(agent.labels())
                        .setConnected(connected)
                        .setEnrolledAt(timestamp(agent.enrolledAt()))
                        .setCertificateExpiresAt(timestamp(agent.certificateExpiresAt()))
                        .setSealingKey(ByteString.copyFrom(agent.sealingKey()))
                        .setTokenId(agent.tokenId())
                        .setBinding(ByteString.copyFrom(agent.binding()))
                        .setIdentityKeyHash(ByteString.copyFrom(agent.identityKeyHash()))
                        .setRevoked(agent.isRevoked());
        agent.lastSeenAt().ifPresent(at -> view.setLastSeenAt(timestamp(at)));
        if (agent.policy().length > 0) {
            try {
                view.setPolicy(PolicySummary.parseFrom(agent.policy()));
            } catch (InvalidProtocolBufferException e) {
                throw unreadable("policy of agent " + agent.id(), e);
            }
        }
        return view.build();
    }

    /// As agents need it, with the sealed password.
    static StorageSpec spec(StorageDefinition storage) {
        var spec =
                StorageSpec.newBuilder()
                        .setId(storage.id())
                        .setName(storage.name())
                        .setLocation(storage.location())
                        .setSshConfigFile(storage.sshConfigFile())
                        .addAllSshOptions(storage.sshOptions())
                        .addAllHostKeys(storage.hostKeys());
        if (storage.sealedPassword().length > 0) {
            try {
                spec.setSealedPassword(SealedSecret.parseFrom(storage.sealedPassword()));
            } catch (InvalidProtocolBufferException e) {
                throw unreadable("sealed password of storage " + storage.id(), e);
            }
        } else {
            spec.setPasswordFile(storage.passwordFile());
        }
        return spec.build();
    }

    static dev.holdfast.proto.v1.Storage storage(StorageDefinition storage) {
        return dev.holdfast.proto.v1.Storage.newBuilder()
                .setSpec(withoutSecret(spec(storage)))
                .setDescription(storage.description())
                .setCreatedAt(timestamp(storage.createdAt()))
                .build();
    }

    static dev.holdfast.proto.v1.Run run(Run run) {
        var request = run.request();
        var status = run.status();
        var view =
                dev.holdfast.proto.v1.Run.newBuilder()
                        .setId(request.id())
                        .setAgentId(request.agentId())
                        .setAgentName(request.agentName())
                        .setStorageId(request.storageId())
                        .setStorageName(request.storageName())
                        .setKind(kind(request.kind()))
                        .setState(state(status.state()))
                        .setCreatedAt(timestamp(run.createdAt()))
                        .setReason(status.reason())
                        .setCancelRequested(status.cancelRequested());
        status.leasedAt().ifPresent(at -> view.setLeasedAt(timestamp(at)));
        status.startedAt().ifPresent(at -> view.setStartedAt(timestamp(at)));
        status.finishedAt().ifPresent(at -> view.setFinishedAt(timestamp(at)));
        for (Run.Event event : run.events()) {
            view.addEvents(
                    RunEvent.newBuilder()
                            .setAt(timestamp(event.at()))
                            .setState(state(event.state()))
                            .setText(event.text()));
        }
        try {
            view.setOrder(withoutSecret(TaskOrder.parseFrom(request.order())));
            if (status.result().isPresent()) {
                view.setResult(TaskResult.parseFrom(status.result().get()));
            }
            if (run.progress().isPresent()) {
                view.setProgress(Progress.parseFrom(run.progress().get().document()));
                view.setProgressAt(timestamp(run.progress().get().at()));
            }
        } catch (InvalidProtocolBufferException e) {
            throw unreadable("run " + run.id(), e);
        }
        return view.build();
    }

    /// As part of a list: without the history and the single items that failed.
    static dev.holdfast.proto.v1.Run listed(Run run) {
        var view = run(run).toBuilder().clearEvents();
        if (view.hasResult()) {
            view.getResultBuilder().clearFailedItems();
        }
        return view.build();
    }

    /// What is kept of a report is bounded: of too many failed items the first ones.
    private static byte[] bounded(TaskResult result) {
        TaskResult kept = result;
        while (kept.getSerializedSize() > LARGEST_RESULT && kept.getFailedItemsCount() > 0) {
            var first = kept.getFailedItemsList().subList(0, kept.getFailedItemsCount() / 2);
            kept = kept.toBuilder().clearFailedItems().addAllFailedItems(first).build();
        }
        return kept.toByteArray();
    }

    static RunResult result(TaskResult result, Instant now) {
        RunState state =
                switch (result.getOutcome()) {
                    case SUCCEEDED -> RunState.SUCCEEDED;
                    case SUCCEEDED_WITH_WARNINGS -> RunState.SUCCEEDED_WITH_WARNINGS;
                    case CANCELLED -> RunState.CANCELLED;
                    case FAILED, REFUSED, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> RunState.FAILED;
                };
        boolean good = state == RunState.SUCCEEDED || state == RunState.SUCCEEDED_WITH_WARNINGS;
        Failure failure = result.getFailure();
        String code = result.hasFailure() ? failure.getCode().name() : "";
        String summary = "ended: " + result.getOutcome();
        if (result.hasFailure()) {
            summary = summary + ", " + code + ": " + oneLine(failure.getMessage());
        }
        return new RunResult(
                state,
                state == RunState.FAILED && code.isEmpty() ? "INTERNAL" : code,
                summary,
                good && result.getSnapshotId().matches("[0-9a-f]{64}")
                        ? result.getSnapshotId()
                        : "",
                result.hasStartedAt() ? instant(result.getStartedAt()) : now,
                result.hasFinishedAt() ? instant(result.getFinishedAt()) : now,
                bounded(result));
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > 500 ? line.substring(0, 500) + "…" : line;
    }

    private static TaskOrder withoutSecret(TaskOrder order) {
        return switch (order.getSpecCase()) {
            case BACKUP -> {
                var backup = order.getBackup().toBuilder();
                yield order.toBuilder()
                        .setBackup(backup.setStorage(withoutSecret(backup.getStorage())))
                        .build();
            }
            case RESTORE -> {
                var restore = order.getRestore().toBuilder();
                yield order.toBuilder()
                        .setRestore(restore.setStorage(withoutSecret(restore.getStorage())))
                        .build();
            }
            case INIT -> {
                var init = order.getInit().toBuilder();
                yield order.toBuilder()
                        .setInit(init.setStorage(withoutSecret(init.getStorage())))
                        .build();
            }
            case SPEC_NOT_SET -> order;
        };
    }

    /// Even the ciphertext of a password is not for showing; name, version and recipient are.
    private static StorageSpec withoutSecret(StorageSpec spec) {
        if (!spec.hasSealedPassword()) {
            return spec;
        }
        var sealed = spec.getSealedPassword().toBuilder().clearCiphertext().clearEncapsulatedKey();
        return spec.toBuilder().setSealedPassword(sealed).build();
    }

    private static dev.holdfast.proto.v1.Run.Kind kind(RunKind kind) {
        return switch (kind) {
            case BACKUP -> dev.holdfast.proto.v1.Run.Kind.BACKUP;
            case RESTORE -> dev.holdfast.proto.v1.Run.Kind.RESTORE;
            case INIT -> dev.holdfast.proto.v1.Run.Kind.INIT;
        };
    }

    private static dev.holdfast.proto.v1.Run.State state(RunState state) {
        return switch (state) {
            case QUEUED -> dev.holdfast.proto.v1.Run.State.QUEUED;
            case LEASED -> dev.holdfast.proto.v1.Run.State.LEASED;
            case RUNNING -> dev.holdfast.proto.v1.Run.State.RUNNING;
            case UNKNOWN -> dev.holdfast.proto.v1.Run.State.UNKNOWN;
            case SUCCEEDED -> dev.holdfast.proto.v1.Run.State.SUCCEEDED;
            case SUCCEEDED_WITH_WARNINGS -> dev.holdfast.proto.v1.Run.State.SUCCEEDED_WITH_WARNINGS;
            case FAILED -> dev.holdfast.proto.v1.Run.State.FAILED;
            case CANCELLED -> dev.holdfast.proto.v1.Run.State.CANCELLED;
        };
    }

    private static IllegalStateException unreadable(
            String what, InvalidProtocolBufferException cause) {
        return new IllegalStateException("the stored document cannot be read: " + what, cause);
    }
}
