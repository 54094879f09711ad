package dev.holdfast.engine.repository;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.SealBrokenException;
import dev.holdfast.engine.crypto.SealedBox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;

/// The encoding of files outside packs: sealed, and in version 2 compressed behind a byte that says
/// so (repository format, section 6). Safe for use by many threads.
final class UnpackedCodec {
    /// Most plaintext of one file: far above any index or snapshot, far below what a forged frame
    /// could claim.
    private static final int LENGTH_MAX = 1 << 29;

    private static final byte COMPRESSED = 2;
    private static final int LEVEL = 3;

    private final MasterKey key;
    private final SecureRandom random;

    UnpackedCodec(MasterKey key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    /// Seals bytes as they are.
    byte[] seal(byte[] plain) {
        byte[] sealed = new byte[plain.length + SealedBox.OVERHEAD];
        new SealedBox(key, random).seal(plain, 0, plain.length, sealed, 0);
        return sealed;
    }

    /// Opens what [#seal] made.
    ///
    /// @param what for messages
    byte[] open(String what, byte[] sealed) throws RepositoryException {
        if (sealed.length < SealedBox.OVERHEAD) {
            throw RepositoryException.corrupt(
                    what + " is too short: " + sealed.length + " bytes", null);
        }
        byte[] plain = new byte[sealed.length - SealedBox.OVERHEAD];
        try {
            new SealedBox(key, random).open(sealed, 0, sealed.length, plain, 0);
        } catch (SealBrokenException e) {
            throw RepositoryException.corrupt(what + " does not decrypt", e);
        }
        return plain;
    }

    /// Encodes JSON for a repository that compresses or not, and reads it again: what is damaged in
    /// memory is never stored.
    byte[] encode(String what, byte[] json, boolean compress) throws RepositoryException {
        byte[] encoded = seal(compress ? compress(json) : json);
        if (!Arrays.equals(decode(what, encoded, compress), json)) {
            throw RepositoryException.corrupt(
                    what + " read back is not what was written: the memory may be faulty", null);
        }
        return encoded;
    }

    /// Reads what [#encode] made.
    byte[] decode(String what, byte[] sealed, boolean compresses) throws RepositoryException {
        byte[] plain = open(what, sealed);
        if (!compresses || plain.length == 0 || plain[0] == '{' || plain[0] == '[') {
            return plain;
        }
        if (plain[0] != COMPRESSED) {
            throw RepositoryException.corrupt(
                    what + " has an unknown encoding: " + (plain[0] & 0xff), null);
        }
        try (InputStream frames =
                new ZstdInputStreamNoFinalizer(
                        new ByteArrayInputStream(plain, 1, plain.length - 1))) {
            byte[] json = frames.readNBytes(LENGTH_MAX);
            if (json.length == LENGTH_MAX) {
                throw RepositoryException.corrupt(what + " is larger than any such file", null);
            }
            return json;
        } catch (RepositoryException e) {
            throw e;
        } catch (IOException e) {
            throw RepositoryException.corrupt(what + " does not decompress", e);
        }
    }

    private static byte[] compress(byte[] json) {
        byte[] target = new byte[1 + Math.toIntExact(Zstd.compressBound(json.length))];
        long length =
                Zstd.compressByteArray(target, 1, target.length - 1, json, 0, json.length, LEVEL);
        if (Zstd.isError(length)) {
            throw new IllegalStateException("zstd: " + Zstd.getErrorName(length));
        }
        target[0] = COMPRESSED;
        return Arrays.copyOf(target, 1 + Math.toIntExact(length));
    }
}
