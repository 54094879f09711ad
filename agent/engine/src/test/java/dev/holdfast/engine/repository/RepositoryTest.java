package dev.holdfast.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FaultyBackend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.backend.LocalBackend;
import dev.holdfast.engine.backend.MemoryBackend;
import dev.holdfast.engine.chunker.Polynomial;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.id.Sha256;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

class RepositoryTest {
    private final MemoryBackend memory = new MemoryBackend();

    @Test
    void opensWhatWasInitialised() throws Exception {
        Repository made = Samples.init(memory);
        Repository opened = Samples.open(memory);
        assertThat(opened.config()).isEqualTo(made.config());
        assertThat(opened.config().version()).isEqualTo(2);
        assertThat(opened.warnings()).isEmpty();
        assertThat(opened.listNames(FileType.KEY)).containsExactly(opened.keyName());
        assertThat(memory.files()).hasSize(2);
    }

    @Test
    void randomPolynomialsAndIdsDiffer() throws Exception {
        RepositoryOptions random = new RepositoryOptions(2, Optional.empty(), Samples.SCRYPT);
        Config first =
                Repository.init(memory, Samples.password(), random, Samples.context()).config();
        Config second =
                Repository.init(new MemoryBackend(), Samples.password(), random, Samples.context())
                        .config();
        assertThat(first.polynomial()).isNotEqualTo(second.polynomial());
        assertThat(first.polynomial().isIrreducible()).isTrue();
        assertThat(first.id()).isNotEqualTo(second.id());
    }

    @Test
    void refusesAWrongPassword() throws Exception {
        Samples.init(memory);
        Secret wrong = Secret.of("wrong horse".getBytes(UTF_8));
        RepositoryException failure =
                fails(
                        RepositoryException.Kind.WRONG_PASSWORD,
                        () -> Repository.open(memory, wrong, Samples.context()));
        assertThat(failure).hasMessageContaining("memory");
        assertThat(failure.hint()).isNotEmpty();
    }

    @Test
    void tellsAMissingRepositoryFromAMissingPath() throws Exception {
        fails(RepositoryException.Kind.MISSING, () -> Samples.open(memory));
        Backend noPath = new LocalBackend(Path.of("/no/such/path"), new Random(1));
        BackendException failure =
                catchThrowableOfType(BackendException.class, () -> Samples.open(noPath));
        assertThat(failure.kind()).isEqualTo(BackendException.Kind.PATH_MISSING);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONFIG", "KEY", "SNAPSHOT"})
    void refusesToInitialiseOverAnything(FileType type) throws Exception {
        Handle handle = type == FileType.CONFIG ? Handle.CONFIG : new Handle(type, "ab".repeat(32));
        memory.files().put(handle.path(), new byte[1]);
        fails(RepositoryException.Kind.EXISTS, () -> Samples.init(memory));
        assertThat(memory.files()).hasSize(1);
    }

    @Test
    void anInitThatFailedCanBeRepeated() throws Exception {
        FaultyBackend counting = FaultyBackend.counting(new MemoryBackend());
        Repository.init(counting, Samples.password(), Samples.OPTIONS, Samples.context());
        for (int k = 1; k <= counting.operations(); k++) {
            MemoryBackend storage = new MemoryBackend();
            Backend once = FaultyBackend.once(storage, k, FaultyBackend.Fault.BEFORE);
            BackendException failure =
                    catchThrowableOfType(
                            BackendException.class,
                            () ->
                                    Repository.init(
                                            once,
                                            Samples.password(),
                                            Samples.OPTIONS,
                                            Samples.context()));
            assertThat(failure).isNotNull();
            if (!storage.files().containsKey("config")) {
                Samples.init(storage);
            }
            assertThat(Samples.open(storage).config().version()).isEqualTo(2);
        }
    }

    @Test
    void opensWithAnyOfSeveralKeys() throws Exception {
        Repository repository = Samples.init(memory);
        Secret second = Secret.of("second".getBytes(UTF_8));
        String name = repository.addKey(second, Samples.SCRYPT);
        Repository opened = Repository.open(memory, second, Samples.context());
        assertThat(opened.keyName()).isEqualTo(name);
        assertThat(opened.config()).isEqualTo(repository.config());
        assertThat(Samples.open(memory).keyName()).isEqualTo(repository.keyName());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"kdf\":\"argon2\"}",
                "{\"kdf\":\"scrypt\",\"N\":3,\"r\":8,\"p\":1,\"salt\":\"SALT\",\"data\":\"DATA\"}",
                "{\"kdf\":\"scrypt\",\"N\":9999999999,\"r\":8,\"p\":1,\"salt\":\"SALT\",\"data\":\"DATA\"}",
                "{\"kdf\":\"scrypt\",\"N\":2097152,\"r\":8,\"p\":1,\"salt\":\"SALT\",\"data\":\"DATA\"}",
                "{\"kdf\":\"scrypt\",\"N\":1024,\"r\":8,\"p\":1,\"salt\":\"QUJD\",\"data\":\"DATA\"}",
                "{\"kdf\":\"scrypt\",\"N\":1024,\"r\":8,\"p\":1,\"salt\":\"SALT\",\"data\":\"QUJD\"}",
                "{\"kdf\":\"scrypt\",\"N\":1024,\"r\":8,\"p\":1,\"salt\":\"SALT\",\"data\":\"!\"}"
            })
    void aBrokenKeyFileLocksNobodyOut(String template) throws Exception {
        Samples.init(memory);
        String base64 = "A".repeat(86) + "==";
        byte[] broken = template.replace("SALT", base64).replace("DATA", base64).getBytes(UTF_8);
        String name = new Hasher().hash(broken, 0, broken.length).toString();
        memory.files().put("keys/" + name, broken);
        memory.files().put("keys/" + "00".repeat(32), new byte[] {1, 2, 3});
        memory.files().put("keys/" + "01".repeat(32), new byte[1 << 20]);
        Repository opened = Samples.open(memory);
        assertThat(opened.config().version()).isEqualTo(2);
        assertThat(String.join("\n", opened.warnings()))
                .contains("keys/00000")
                .contains("keys/01010");
    }

    @Test
    void keepsUnpackedFiles() throws Exception {
        Repository repository = Samples.init(memory);
        for (FileType type : List.of(FileType.SNAPSHOT, FileType.INDEX, FileType.LOCK)) {
            byte[] json = ("{\"a\":\"" + "x".repeat(10_000) + "\"}").getBytes(UTF_8);
            String name = repository.saveUnpacked(type, json);
            assertThat(repository.loadUnpacked(type, name)).isEqualTo(json);
            assertThat(repository.listNames(type)).containsExactly(name);
            assertThat(memory.files().get(new Handle(type, name).path())).hasSizeLessThan(500);
            repository.remove(type, name);
            RepositoryException failure =
                    fails(
                            RepositoryException.Kind.NOT_FOUND,
                            () -> repository.loadUnpacked(type, name));
            assertThat(failure).hasMessageContaining(name);
        }
    }

    @Test
    void versionOneCompressesNothing() throws Exception {
        RepositoryOptions one = new RepositoryOptions(1, Optional.empty(), Samples.SCRYPT);
        Repository repository = Repository.init(memory, Samples.password(), one, Samples.context());
        byte[] json = ("{\"a\":\"" + "x".repeat(10_000) + "\"}").getBytes(UTF_8);
        String name = repository.saveUnpacked(FileType.SNAPSHOT, json);
        assertThat(repository.loadUnpacked(FileType.SNAPSHOT, name)).isEqualTo(json);
        assertThat(memory.files().get("snapshots/" + name)).hasSize(json.length + 32);
    }

    @Test
    void readsUncompressedFilesOfUpgradedRepositories() throws Exception {
        MasterKey key = MasterKey.random(new SecureRandom());
        UnpackedCodec codec = new UnpackedCodec(key, new SecureRandom());
        byte[] json = "{\"old\":true}".getBytes(UTF_8);
        assertThat(codec.decode("it", codec.encode("it", json, false), true)).isEqualTo(json);
        assertThat(codec.decode("it", codec.seal(new byte[0]), true)).isEmpty();
        fails(
                RepositoryException.Kind.CORRUPT,
                () -> codec.decode("it", codec.seal(new byte[] {3, 1}), true));
        fails(
                RepositoryException.Kind.CORRUPT,
                () -> codec.decode("it", codec.seal(new byte[] {2, 1, 2, 3}), true));
    }

    @Test
    void refusesGarbageAfterAFrame() throws Exception {
        MasterKey key = MasterKey.random(new SecureRandom());
        UnpackedCodec codec = new UnpackedCodec(key, new SecureRandom());
        byte[] encoded = codec.open("it", codec.encode("it", new byte[1000], true));
        byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
        fails(RepositoryException.Kind.CORRUPT, () -> codec.decode("it", codec.seal(longer), true));
        byte[] shorter = Arrays.copyOf(encoded, encoded.length - 1);
        fails(
                RepositoryException.Kind.CORRUPT,
                () -> codec.decode("it", codec.seal(shorter), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"version\":3,\"id\":\"ID\",\"chunker_polynomial\":\"3da3358b4dc173\"}",
                "{\"version\":0,\"id\":\"ID\",\"chunker_polynomial\":\"3da3358b4dc173\"}",
                "{\"version\":2,\"id\":\"\",\"chunker_polynomial\":\"3da3358b4dc173\"}",
                "{\"version\":2,\"id\":\"ID\",\"chunker_polynomial\":\"\"}",
                "{\"version\":2,\"id\":\"ID\",\"chunker_polynomial\":\"xyz\"}",
                "{\"version\":2,\"id\":\"ID\",\"chunker_polynomial\":\"3da3358b4dc172\"}",
                "{\"version\":2,\"id\":\"ID\",\"chunker_polynomial\":\"3da3358b4dc173\"} x"
            })
    void refusesABadConfig(String template) {
        byte[] json = template.replace("ID", "ab".repeat(32)).getBytes(UTF_8);
        RepositoryException failure =
                catchThrowableOfType(RepositoryException.class, () -> ConfigJson.read(json));
        assertThat(failure).isNotNull().hasMessageMatching(".*(config|version).*");
        assertThat(failure.kind())
                .isIn(
                        RepositoryException.Kind.CORRUPT,
                        RepositoryException.Kind.UNSUPPORTED_VERSION);
    }

    @Test
    void writesTheConfigAsResticDoes() throws Exception {
        String json =
                "{\"version\":2,\"id\":\"39b68e74fc310c5e5d07bc186fd1233101bcab836edd7bbd7ceb57ff7bb1ef64\","
                    + "\"chunker_polynomial\":\"26f56f754ff845\"}";
        Config config = ConfigJson.read(json.getBytes(UTF_8));
        assertThat(config.polynomial()).isEqualTo(Polynomial.parse("26f56f754ff845"));
        assertThat(new String(ConfigJson.write(config), UTF_8)).isEqualTo(json);
    }

    @Test
    void opensTheWorkedExampleOfAKeyFile() throws Exception {
        String json =
                "{\"created\":\"2026-01-02T03:04:05.6789+01:00\",\"username\":\"vector\","
                    + "\"hostname\":\"vector-host\",\"kdf\":\"scrypt\",\"N\":1024,\"r\":8,\"p\":1,"
                    + "\"salt\":\"t5vwgENoEWIpxgID5oyKRWNlQi2qY9aZc+3PPY/L/gElssNZfx32Ib4FE7u/1dqNyOIseYSQoE56FwhZszH3Hw==\","
                    + "\"data\":\"8wOeYscMgznfqwkCADFvFSChm7Vq7cbNldzepNWBmwMkBQ74NKskQyxAFM1F2pKkLnN/mVFbQjNOjVKvBMc492zCc4QbeWwHwHvfK9xg47B+tTXcaLsX5l4gwswtUON28BKjx/GcZGHhrzdjHxvzBqYPdaZV/470mcaKun9c2h+3ca88Go/JTElfHtUwYNaFIfR7Bl/+xOz5ahaTEmcF0w==\"}";
        KeyFile file = KeyFile.read(json.getBytes(UTF_8));
        Secret password = Secret.of("fast".getBytes(UTF_8));
        assertThat(file.open(password, Samples.context()).orElseThrow().macK())
                .isEqualTo(Base64.getDecoder().decode("U3zNRam6lzZE/2CwGdwVBw=="));
        Secret padded = Secret.of("fast\n".getBytes(UTF_8));
        assertThat(file.open(padded, Samples.context())).isEmpty();
    }

    @Test
    void everyDamageToAFileIsAnErrorThatNamesIt() throws Exception {
        Repository repository = Samples.init(memory);
        String name = repository.saveUnpacked(FileType.SNAPSHOT, "{\"a\":1}".getBytes(UTF_8));
        Map<String, byte[]> files = Map.copyOf(memory.files());
        Random random = new Random(9);
        for (String path : List.of("snapshots/" + name, "config")) {
            byte[] sound = Objects.requireNonNull(files.get(path));
            for (int i = 0; i < 15; i++) {
                byte[] damaged = sound.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                memory.files().put(path, damaged);
                assertDamaged(path, name);
                memory.files().put(path, Arrays.copyOf(sound, random.nextInt(sound.length)));
                assertDamaged(path, name);
            }
            memory.files().put(path, sound);
        }
        assertThat(Samples.open(memory).loadUnpacked(FileType.SNAPSHOT, name)).isNotEmpty();
    }

    private void assertDamaged(String path, String snapshot) {
        RepositoryException failure =
                fails(
                        RepositoryException.Kind.CORRUPT,
                        () -> Samples.open(memory).loadUnpacked(FileType.SNAPSHOT, snapshot));
        assertThat(failure).hasMessageContaining(path.equals("config") ? "config" : snapshot);
    }

    @Test
    void readsOnceMoreBeforeItCallsAFileDamaged() throws Exception {
        byte[] content = "content".getBytes(UTF_8);
        Sha256 hash = new Hasher().hash(content, 0, content.length);
        Handle handle = new Handle(FileType.SNAPSHOT, hash.toString());
        memory.files().put(handle.path(), new byte[3]);
        Backend counting = FaultyBackend.counting(memory);
        fails(RepositoryException.Kind.CORRUPT, () -> VerifiedLoad.load(counting, handle));
        assertThat(((FaultyBackend) counting).operations()).isEqualTo(2);
    }

    private static RepositoryException fails(
            RepositoryException.Kind kind, ThrowingCallable operation) {
        RepositoryException failure = catchThrowableOfType(RepositoryException.class, operation);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(kind);
        return failure;
    }
}
