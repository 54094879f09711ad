package dev.holdfast.engine.repository;

import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.PasswordKdf;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.SealBrokenException;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.json.JsonException;
import dev.holdfast.engine.json.JsonReader;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.json.Timestamp;

import org.jspecify.annotations.Nullable;

import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;

/// A key file: the master key, sealed with a key derived from a password (repository format,
/// section 4).
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeyFile(ScryptParameters scrypt, byte[] salt, byte[] sealedKey) {
    private static final int SALT_SIZE = 64;

    /// A key file for `master` that opens with `password`, as JSON.
    static byte[] write(
            MasterKey master, Secret password, ScryptParameters scrypt, RepositoryContext context) {
        byte[] salt = new byte[SALT_SIZE];
        context.random().nextBytes(salt);
        byte[] plain = writeMaster(master);
        byte[] sealed = new byte[plain.length + SealedBox.OVERHEAD];
        new SealedBox(PasswordKdf.derive(password, salt, scrypt), context.random())
                .seal(plain, 0, plain.length, sealed, 0);
        Arrays.fill(plain, (byte) 0);
        JsonWriter writer = new JsonWriter();
        writer.beginObject();
        writer.name("created")
                .time(Timestamp.of(context.clock().instant(), ZoneOffset.UTC))
                .name("username")
                .value(context.userName())
                .name("hostname")
                .value(context.hostName());
        writer.name("kdf").value("scrypt");
        writer.name("N").value(scrypt.n()).name("r").value(scrypt.r()).name("p").value(scrypt.p());
        writer.name("salt").base64(salt).name("data").base64(sealed);
        return writer.endObject().toBytes();
    }

    /// Reads a key file.
    ///
    /// @throws JsonException where it is none
    static KeyFile read(byte[] json) throws JsonException {
        String kdf = "";
        long[] cost = new long[3];
        byte[] salt = new byte[0];
        byte[] sealed = new byte[0];
        JsonReader reader = new JsonReader(json);
        reader.beginObject();
        while (reader.hasNext()) {
            switch (reader.nextName()) {
                case "kdf" -> kdf = reader.nextString();
                case "N" -> cost[0] = reader.nextLong();
                case "r" -> cost[1] = reader.nextLong();
                case "p" -> cost[2] = reader.nextLong();
                case "salt" -> salt = reader.nextBase64();
                case "data" -> sealed = reader.nextBase64();
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        reader.end();
        if (!kdf.equals("scrypt")) {
            throw new JsonException("an unknown way to derive keys", -1);
        }
        if (salt.length != SALT_SIZE || sealed.length < SealedBox.OVERHEAD) {
            throw new JsonException("no valid salt or no key", -1);
        }
        return new KeyFile(scrypt(cost), salt, sealed);
    }

    /// The master key; empty where the password is not the one.
    ///
    /// @throws JsonException where what the password opens is no key
    Optional<MasterKey> open(Secret password, RepositoryContext context) throws JsonException {
        MasterKey userKey;
        try {
            userKey = PasswordKdf.derive(password, salt, scrypt);
        } catch (IllegalArgumentException e) {
            throw new JsonException("the derived key is invalid: " + e.getMessage(), -1);
        }
        byte[] plain = new byte[sealedKey.length - SealedBox.OVERHEAD];
        try {
            new SealedBox(userKey, context.random()).open(sealedKey, 0, sealedKey.length, plain, 0);
        } catch (SealBrokenException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(readMaster(plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static ScryptParameters scrypt(long[] cost) throws JsonException {
        try {
            ScryptParameters scrypt =
                    new ScryptParameters(
                            Math.toIntExact(cost[0]),
                            Math.toIntExact(cost[1]),
                            Math.toIntExact(cost[2]));
            long memory = 128L * scrypt.n() * scrypt.r();
            if (memory > Runtime.getRuntime().maxMemory() / 2) {
                throw new JsonException("deriving the key would take " + memory + " bytes", -1);
            }
            return scrypt;
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new JsonException("scrypt parameters out of range: " + e.getMessage(), -1);
        }
    }

    private static byte[] writeMaster(MasterKey master) {
        JsonWriter writer = new JsonWriter();
        writer.beginObject().name("mac").beginObject();
        writer.name("k").base64(master.macK()).name("r").base64(master.macR()).endObject();
        writer.name("encrypt").base64(master.encrypt()).endObject();
        byte[] json = writer.toBytes();
        Arrays.fill(writer.buffer(), (byte) 0);
        return json;
    }

    private static MasterKey readMaster(byte[] json) throws JsonException {
        byte[] k = null;
        byte[] r = null;
        byte[] encrypt = null;
        JsonReader reader = new JsonReader(json);
        reader.beginObject();
        while (reader.hasNext()) {
            switch (reader.nextName()) {
                case "mac" -> {
                    reader.beginObject();
                    while (reader.hasNext()) {
                        switch (reader.nextName()) {
                            case "k" -> k = reader.nextBase64();
                            case "r" -> r = reader.nextBase64();
                            default -> reader.skipValue();
                        }
                    }
                    reader.endObject();
                }
                case "encrypt" -> encrypt = reader.nextBase64();
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        return master(k, r, encrypt);
    }

    private static MasterKey master(
            byte @Nullable [] k, byte @Nullable [] r, byte @Nullable [] encrypt)
            throws JsonException {
        if (k == null || r == null || encrypt == null) {
            throw new JsonException("the master key is incomplete", -1);
        }
        try {
            return new MasterKey(encrypt, k, r);
        } catch (IllegalArgumentException e) {
            throw new JsonException("the master key is invalid: " + e.getMessage(), -1);
        }
    }
}
