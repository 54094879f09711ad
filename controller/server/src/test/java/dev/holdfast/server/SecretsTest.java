package dev.holdfast.server;

import static dev.holdfast.server.Refusals.refused;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import com.google.protobuf.ByteString;

import dev.holdfast.proto.v1.CreateStorageRequest;
import dev.holdfast.proto.v1.Failure;
import dev.holdfast.proto.v1.GetInfoRequest;
import dev.holdfast.proto.v1.GetStorageRequest;
import dev.holdfast.proto.v1.SealedSecret;
import dev.holdfast.proto.v1.StorageSpec;
import dev.holdfast.proto.v1.SystemGrpc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Looks for secrets where none may be: in the database's files, in everything that was logged, and
/// in replies.
class SecretsTest {
    @TempDir Path dir;

    @Test
    void secretsAreNeitherStoredNorLogged() throws Exception {
        Path state = dir.resolve("state");
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var captured = new ListAppender<ILoggingEvent>();
        captured.start();
        root.addAppender(captured);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.holdfast");
        Level before = ours.getLevel();
        ours.setLevel(Level.TRACE);
        TestController.Token token;
        String operator;
        try (var controller = new TestController(state)) {
            token = controller.token(1);
            operator = controller.operatorToken();
            var keys = Identity.newKeys("EC");
            var request = TestController.enrollRequest(token, "web01", keys).build();
            var reply = controller.enrollment().enroll(request);
            refused(Failure.Code.TOKEN_REFUSED, () -> controller.enrollment().enroll(request));
            refused(
                    Failure.Code.SIGN_IN_NEEDED,
                    () ->
                            SystemGrpc.newBlockingStub(controller.operator(operator + "x"))
                                    .getInfo(GetInfoRequest.getDefaultInstance()));
            sealed(controller, reply.getAgentId());
            try (var agent = new FakeAgent(reply, keys, controller.authority())) {
                agent.connect(controller.port());
                var run = controller.backup("web01", "sealed");
                var order = agent.order();
                assertThat(
                                order.getBackup()
                                        .getStorage()
                                        .getSealedPassword()
                                        .getCiphertext()
                                        .toStringUtf8())
                        .isEqualTo("ciphertext");
                assertThat(run.getOrder().getBackup().getStorage().getSealedPassword())
                        .isEqualTo(
                                SealedSecret.newBuilder()
                                        .setSuite(1)
                                        .setAgentId(reply.getAgentId())
                                        .setName("password")
                                        .build());
                agent.accept(run.getId());
                agent.finish(run.getId(), FakeAgent.succeeded("ab".repeat(32)));
            }
        } finally {
            ours.setLevel(before);
            root.detachAppender(captured);
        }
        String log =
                captured.list.stream()
                        .map(e -> e.getFormattedMessage() + e.getKeyValuePairs())
                        .collect(Collectors.joining("\n"));
        assertThat(log).contains("enrollment refused").contains("used up before");
        String operatorSecret = operator.substring("hfo_0123456789abcdef_".length());
        byte[] auth = token.auth().toByteArray();
        var secrets =
                List.of(
                        operatorSecret,
                        new String(auth, StandardCharsets.ISO_8859_1),
                        HexFormat.of().formatHex(auth));
        try (Stream<Path> files = Files.list(state)) {
            for (Path file : files.filter(f -> !f.endsWith("operator.token")).toList()) {
                if (Files.isRegularFile(file)) {
                    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertThat(secrets).as(file.toString()).noneMatch(content::contains);
                }
            }
        }
        assertThat(secrets).noneMatch(log::contains);
        for (String name : List.of("operator.token", "server.pem", "ca/ca.key")) {
            assertThat(Files.getPosixFilePermissions(state.resolve(name)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(Files.getPosixFilePermissions(state))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.readString(state.resolve("controller.db"), StandardCharsets.ISO_8859_1))
                .doesNotContain("PRIVATE KEY");
    }

    private static void sealed(TestController controller, String agentId) throws Exception {
        var secret =
                SealedSecret.newBuilder()
                        .setSuite(1)
                        .setAgentId(agentId)
                        .setName("password")
                        .setEncapsulatedKey(ByteString.copyFromUtf8("encapsulated"))
                        .setCiphertext(ByteString.copyFromUtf8("ciphertext"));
        controller
                .storages()
                .createStorage(
                        CreateStorageRequest.newBuilder()
                                .setSpec(
                                        StorageSpec.newBuilder()
                                                .setName("sealed")
                                                .setLocation("/srv/repo")
                                                .setSealedPassword(secret))
                                .build());
        var shown =
                controller
                        .storages()
                        .getStorage(GetStorageRequest.newBuilder().setStorage("sealed").build());
        assertThat(shown.getSpec().getSealedPassword().getCiphertext().isEmpty()).isTrue();
        controller.enroll("web02");
        Failure failure =
                refused(
                        Failure.Code.SECRET_UNAVAILABLE,
                        () -> controller.backup("web02", "sealed"));
        assertThat(failure.getMessage()).contains("web02");
    }
}
