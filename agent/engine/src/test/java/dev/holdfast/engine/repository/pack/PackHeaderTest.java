package dev.holdfast.engine.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.SealedBox;
import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.BlobType;
import dev.holdfast.engine.id.Sha256;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class PackHeaderTest {
    private final MasterKey key = MasterKey.random(new SecureRandom());
    private final SealedBox box = new SealedBox(key, new SecureRandom());

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100, 5000})
    void readsWhatAPackWrites(int count) throws Exception {
        OpenPack pack = new OpenPack(BlobType.TREE, new byte[1 << 20]);
        Random random = new Random(count);
        List<PackEntry> written = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = 32 + random.nextInt(100);
            PackEntry entry = pack.reserve(id(i), length, random.nextInt(3) * 77);
            written.add(entry);
            pack.filled();
        }
        int blobBytes = pack.size();
        pack.finish(box);
        assertThat(pack.size()).isEqualTo((int) PackHeader.packSize(written));
        byte[] file = Arrays.copyOf(pack.buffer(), pack.size());
        int sealed = PackHeader.sealedLength(file, file.length);
        List<PackEntry> read =
                PackHeader.open(
                        box, file, file.length - 4 - sealed, sealed, file.length - 4 - sealed);
        assertThat(read).isEqualTo(written);
        assertThat(read.getLast().end()).isEqualTo(blobBytes);
    }

    @Test
    void readsTheWorkedExample() throws Exception {
        byte[] pack =
                HexFormat.of()
                        .parseHex(
                                "507453587b1505048767c0814cb9d0c4"
                                    + "c38a85e83249b3ee0bae158b066f4658ded15129f7"
                                    + "d7049e28223e18da109734d526219c4a"
                                    + "199a94449fc4c3987c260c5281b3ed31"
                                    + "36aa19c2bd88da60b5e55a9b1249aca7681dff57a5707ff529b965550025b15e6e178abdb5"
                                    + "7648682283d07933f5890424477f45af45000000");
        MasterKey example =
                new MasterKey(
                        HexFormat.of()
                                .parseHex(
                                        "927caf21229a666ca8a62fdac224ea8a7fb4c2ade05ebc854c698879adec8239"),
                        HexFormat.of().parseHex("537ccd45a9ba973644ff60b019dc1507"),
                        HexFormat.of().parseHex("59a72f20e611bee941619829313fcde8"));
        assertThat(pack).hasSize(126);
        int sealed = PackHeader.sealedLength(pack, pack.length);
        assertThat(sealed).isEqualTo(69);
        SealedBox exampleBox = new SealedBox(example, new SecureRandom());
        assertThat(PackHeader.open(exampleBox, pack, 53, sealed, 53))
                .containsExactly(
                        new PackEntry(
                                BlobType.DATA,
                                BlobId.parse(
                                        "afe83026ab99e7b782df7166bdcf4177d75c592aaaed203a5986db7954b681e1"),
                                0,
                                53,
                                0));
    }

    @Test
    void neverHasMoreEntriesThanReadersAccept() {
        OpenPack pack = new OpenPack(BlobType.DATA, new byte[64 << 20]);
        int entries = 0;
        while (pack.fits(33)) {
            pack.reserve(id(entries), 33, 5);
            pack.filled();
            entries++;
        }
        assertThat(entries).isEqualTo(409_199);
        pack.finish(box);
        assertThat(pack.size() - 409_199 * 33 - 4)
                .isLessThanOrEqualTo(PackHeader.SEALED_LENGTH_MAX);
    }

    @Test
    void fillsABufferToTheLastByte() {
        OpenPack pack = new OpenPack(BlobType.DATA, new byte[(int) OpenPack.bufferLength(100)]);
        assertThat(pack.fits(101)).isFalse();
        assertThat(pack.fits(100)).isTrue();
        pack.reserve(id(1), 100, 5);
        assertThat(pack.fits(32)).isFalse();
        pack.filled();
        pack.finish(box);
        assertThat(pack.size()).isEqualTo(pack.buffer().length);
        assertThatThrownBy(() -> pack.reserve(id(2), 32, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000",
                "1f000000",
                "44000000",
                "01000001",
                "ffffffff",
                "ffffff7f",
                "00000080"
            })
    void refusesImpossibleHeaderLengths(String trailer) {
        assertThatThrownBy(
                        () -> PackHeader.sealedLength(HexFormat.of().parseHex(trailer), 1L << 40))
                .isInstanceOf(PackFormatException.class);
    }

    @Test
    void refusesAHeaderLongerThanThePack() {
        byte[] trailer = HexFormat.of().parseHex("00010000");
        assertThatThrownBy(() -> PackHeader.sealedLength(trailer, 259))
                .isInstanceOf(PackFormatException.class)
                .hasMessageContaining("259");
        assertThatThrownBy(() -> PackHeader.sealedLength(new byte[3], 3))
                .isInstanceOf(PackFormatException.class);
    }

    @Test
    void refusesHeadersThatAreNotEntries() {
        byte[] sound = new byte[41 + 37];
        int first = PackHeader.encode(new PackEntry(BlobType.DATA, id(1), 0, 50, 99), sound, 0);
        PackHeader.encode(new PackEntry(BlobType.TREE, id(2), 50, 40, 0), sound, first);
        for (int length = 1; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            if (length != 41) {
                assertThatThrownBy(() -> PackHeader.decode(cut))
                        .isInstanceOf(PackFormatException.class);
            }
        }
        refused(sound, 0, 4); // an unknown type
        refused(sound, 0, -1);
        refused(sound, 4, 0xff); // a blob of 4 GB
        refused(sound, 1, 31); // shorter than a seal
        refused(sound, 5, 0); // compressed, of no length
        refused(sound, 8, 0x80); // uncompressed length beyond 2 GiB
    }

    @Test
    void randomHeadersAreReadOrRefused() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] plain = new byte[random.nextInt(200)];
            random.nextBytes(plain);
            for (int at = 0; at < plain.length; at += 37 + random.nextInt(2) * 4) {
                plain[at] = (byte) random.nextInt(4);
            }
            try {
                PackHeader.decode(plain);
            } catch (PackFormatException e) {
                assertThat(e).hasMessageContaining("header");
            }
        }
    }

    @Test
    void refusesAHeaderThatDoesNotCoverTheBlobs() {
        OpenPack pack = new OpenPack(BlobType.DATA, new byte[1000]);
        pack.reserve(id(1), 100, 5);
        pack.filled();
        pack.finish(box);
        byte[] file = pack.buffer();
        assertThatThrownBy(() -> PackHeader.open(box, file, 100, pack.size() - 104, 101))
                .isInstanceOf(PackFormatException.class);
        file[120] ^= 1;
        assertThatThrownBy(() -> PackHeader.open(box, file, 100, pack.size() - 104, 100))
                .isInstanceOf(PackFormatException.class)
                .hasMessageContaining("decrypt");
    }

    private static void refused(byte[] sound, int at, int value) {
        byte[] damaged = sound.clone();
        damaged[at] = (byte) value;
        assertThatThrownBy(() -> PackHeader.decode(damaged))
                .isInstanceOf(PackFormatException.class);
    }

    private static BlobId id(int number) {
        return new BlobId(new Sha256(number + 1L, 2, 3, 4));
    }
}
