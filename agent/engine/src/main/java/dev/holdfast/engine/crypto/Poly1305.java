package dev.holdfast.engine.crypto;

/// The one-time authenticator Poly1305. Reusable; belongs to one thread.
sealed interface Poly1305 permits JdkPoly1305, ScalarPoly1305 {
    /// Bytes of a tag.
    int TAG_SIZE = 16;

    /// Begins a message under the one-time key `rs`: 16 bytes `r`, clamped here, and 16 bytes `s`.
    void init(byte[] rs);

    /// Adds bytes to the message.
    void update(byte[] bytes, int offset, int length);

    /// The tag; [#init] begins the next message.
    byte[] finish();

    /// The fastest that works here.
    static Poly1305 create() {
        return JdkPoly1305.available() ? new JdkPoly1305() : new ScalarPoly1305();
    }
}
