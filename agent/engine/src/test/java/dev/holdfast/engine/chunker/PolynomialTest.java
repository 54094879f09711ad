package dev.holdfast.engine.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.engine.Vectors;

import org.junit.jupiter.api.Test;

import java.util.Random;

class PolynomialTest {
    private static final Vectors VECTORS = Vectors.load("chunker.json");

    @Test
    void knowsWhichAreIrreducible() {
        assertThat(VECTORS.get("irreducibility").entries()).hasSize(15);
        VECTORS.get("irreducibility")
                .entries()
                .forEach(
                        (hex, irreducible) ->
                                assertThat(Polynomial.parse(hex).isIrreducible())
                                        .as(hex)
                                        .isEqualTo(irreducible.truth()));
        assertThat(new Polynomial(0).isIrreducible()).isFalse();
        assertThat(new Polynomial(1).isIrreducible()).isFalse();
    }

    @Test
    void dividesAsTheTablesSay() {
        VECTORS.get("polynomials")
                .entries()
                .forEach(
                        (hex, recorded) -> {
                            Polynomial polynomial = Polynomial.parse(hex);
                            Vectors tables = recorded.get("tables");
                            tables.get("mod_table")
                                    .entries()
                                    .forEach(
                                            (index, entry) ->
                                                    assertThat(modEntry(polynomial, index))
                                                            .isEqualTo(entry.text()));
                            assertThat(fingerprintOfFirst64(polynomial))
                                    .isEqualTo(tables.get("fingerprint_of_bytes_00_to_3f").text());
                        });
    }

    @Test
    void randomOnesFitAConfig() {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            Polynomial polynomial = Polynomial.random(random);
            assertThat(polynomial.degree()).isEqualTo(53);
            assertThat(polynomial.isIrreducible()).isTrue();
            assertThat(Polynomial.parse(polynomial.toString())).isEqualTo(polynomial);
        }
    }

    @Test
    void refusesWhatIsNoPolynomialOfAChunker() {
        assertThatIllegalArgumentException().isThrownBy(() -> Polynomial.parse("0x12"));
        assertThatIllegalArgumentException().isThrownBy(() -> Polynomial.parse(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Chunker(new Polynomial(7)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Chunker(new Polynomial(-1)));
    }

    private static String modEntry(Polynomial polynomial, String index) {
        long high = Long.parseLong(index) << polynomial.degree();
        return Long.toHexString(polynomial.mod(high) | high);
    }

    private static String fingerprintOfFirst64(Polynomial polynomial) {
        long fingerprint = 0;
        for (int b = 0; b < 64; b++) {
            fingerprint = polynomial.mod(fingerprint << 8 | b);
        }
        return Long.toHexString(fingerprint);
    }
}
