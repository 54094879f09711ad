package dev.holdfast.engine.filesystem.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Binds functions of the C library the process runs with. Each handle takes a segment of
/// [#CAPTURE_LAYOUT] as its first argument and leaves `errno` there.
final class CLibrary {
    static final MemoryLayout CAPTURE_LAYOUT = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO =
            CAPTURE_LAYOUT.varHandle(PathElement.groupElement("errno"));

    private CLibrary() {}

    /// A function that returns an int: 0 or a descriptor, -1 for failure.
    static MethodHandle intFunction(String name, MemoryLayout... arguments) {
        return bind(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /// A function that returns a size, -1 for failure.
    static MethodHandle longFunction(String name, MemoryLayout... arguments) {
        return bind(name, FunctionDescriptor.of(JAVA_LONG, arguments));
    }

    static MemoryLayout pointer() {
        return ADDRESS;
    }

    /// What the last call left in `capture`.
    static int errno(MemorySegment capture) {
        return (int) ERRNO.get(capture, 0L);
    }

    /// What a method handle threw: nothing that can be caught in a sensible way.
    static AssertionError broken(Throwable cause) {
        return new AssertionError("foreign call failed", cause);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind(String name, FunctionDescriptor function) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "the C library has no " + name));
        return linker.downcallHandle(symbol, function, Linker.Option.captureCallState("errno"));
    }
}
