package dev.holdfast.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Random;

/// What may be acknowledged when frames come doubled, out of order or from the middle.
class InboundSequenceTest {
    @Test
    void acknowledgesOnlyWhatIsWholeAfterItsFirst() {
        var sequence = new InboundSequence();
        assertThat(sequence.add(1)).isEqualTo(1);
        assertThat(sequence.add(3)).isEqualTo(1);
        assertThat(sequence.isDuplicate(3)).isTrue();
        assertThat(sequence.isDuplicate(2)).isFalse();
        assertThat(sequence.add(2)).isEqualTo(3);
        assertThat(sequence.isDuplicate(1)).isTrue();
    }

    @Test
    void beginsWhereTheAgentBegins() {
        var sequence = new InboundSequence();
        assertThat(sequence.add(41)).isEqualTo(41);
        // not seen on this stream, so not taken for a duplicate
        assertThat(sequence.isDuplicate(7)).isFalse();
        assertThat(sequence.add(7)).isEqualTo(41);
        assertThat(sequence.add(42)).isEqualTo(42);
    }

    @Test
    void everyOrderEndsWithEveryFrameStoredOnce() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var frames = new ArrayList<Long>();
            for (long seq = 1; seq <= 50; seq++) {
                frames.add(seq);
                if (random.nextDouble() < 0.3) {
                    frames.add(seq);
                }
            }
            Collections.shuffle(frames, random);
            var sequence = new InboundSequence();
            var stored = new HashSet<Long>();
            for (long seq : frames) {
                if (sequence.isDuplicate(seq)) {
                    assertThat(stored).as("seed " + seed).contains(seq);
                } else {
                    sequence.add(seq);
                    stored.add(seq);
                }
            }
            assertThat(stored).as("seed " + seed).hasSize(50);
            assertThat(sequence.contiguous()).as("seed " + seed).isEqualTo(50);
        }
    }
}
