package dev.holdfast.engine.snapshot;

import java.util.Arrays;

/// One extended attribute of a file: a name with its namespace, as `user.origin`, and a value.
///
/// Both arrays are handed over and handed out uncopied; nobody changes them.
public final class ExtendedAttribute {
    private final byte[] name;
    private final byte[] value;

    public ExtendedAttribute(byte[] name, byte[] value) {
        this.name = name;
        this.value = value;
    }

    /// The name in the bytes the kernel listed.
    public byte[] name() {
        return name;
    }

    public byte[] value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExtendedAttribute that
                && Arrays.equals(name, that.name)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name) * 31 + Arrays.hashCode(value);
    }
}
