package dev.holdfast.engine.crypto;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;

import javax.crypto.spec.SecretKeySpec;

/// Poly1305 by the class inside the JDK's ChaCha20-Poly1305: eight times as fast as
/// [ScalarPoly1305], because the JDK has machine code for it.
///
/// The class is no public API. It is reached only where the launcher opens its package
/// (`--add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED`), and used only if it agrees with
/// the scalar one on a probe; otherwise nothing is lost but speed.
final class JdkPoly1305 implements Poly1305 {
    private static final Handles HANDLES = Handles.lookup();

    private final Object delegate;

    JdkPoly1305() {
        this(HANDLES);
    }

    private JdkPoly1305(Handles handles) {
        try {
            delegate = handles.create.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static boolean available() {
        return HANDLES.usable;
    }

    @Override
    public void init(byte[] rs) {
        try {
            HANDLES.init.invokeExact(
                    delegate,
                    (Key) new SecretKeySpec(rs, "Poly1305"),
                    (AlgorithmParameterSpec) null);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        try {
            HANDLES.update.invokeExact(delegate, bytes, offset, length);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public byte[] finish() {
        try {
            return (byte[]) HANDLES.finish.invokeExact(delegate);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static IllegalStateException unexpected(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("the JDK's Poly1305 failed", t);
    }

    /// The JDK's methods, with its class hidden behind [Object].
    private record Handles(
            boolean usable,
            MethodHandle create,
            MethodHandle init,
            MethodHandle update,
            MethodHandle finish) {

        static Handles lookup() {
            try {
                Class<?> type = Class.forName("com.sun.crypto.provider.Poly1305");
                MethodHandles.Lookup lookup =
                        MethodHandles.privateLookupIn(type, MethodHandles.lookup());
                // false: a weak r is ours to refuse, where keys are made
                MethodHandle create =
                        MethodHandles.insertArguments(
                                lookup.findConstructor(
                                        type, MethodType.methodType(void.class, boolean.class)),
                                0,
                                false);
                Handles found =
                        new Handles(
                                true,
                                create.asType(MethodType.methodType(Object.class)),
                                method(
                                        lookup,
                                        type,
                                        "engineInit",
                                        void.class,
                                        Key.class,
                                        AlgorithmParameterSpec.class),
                                method(
                                        lookup,
                                        type,
                                        "engineUpdate",
                                        void.class,
                                        byte[].class,
                                        int.class,
                                        int.class),
                                method(lookup, type, "engineDoFinal", byte[].class));
                return found.agrees() ? found : none();
            } catch (ReflectiveOperationException | IllegalStateException e) {
                return none(); // not opened, or another JDK: the scalar one it is
            }
        }

        private static MethodHandle method(
                MethodHandles.Lookup lookup,
                Class<?> type,
                String name,
                Class<?> result,
                Class<?>... parameters)
                throws ReflectiveOperationException {
            MethodType own = MethodType.methodType(result, parameters);
            return lookup.findVirtual(type, name, own)
                    .asType(own.insertParameterTypes(0, Object.class));
        }

        private static Handles none() {
            MethodHandle nothing = MethodHandles.constant(Object.class, "");
            return new Handles(false, nothing, nothing, nothing, nothing);
        }

        private boolean agrees() {
            byte[] rs = new byte[32];
            byte[] message = new byte[1000];
            Arrays.fill(rs, (byte) 0xa5);
            Arrays.fill(message, (byte) 0xff);
            ScalarPoly1305 scalar = new ScalarPoly1305();
            scalar.init(rs);
            scalar.update(message, 0, message.length);
            byte[] tag;
            try {
                Object jdk = create.invokeExact();
                init.invokeExact(
                        jdk,
                        (Key) new SecretKeySpec(rs, "Poly1305"),
                        (AlgorithmParameterSpec) null);
                update.invokeExact(jdk, message, 0, message.length);
                tag = (byte[]) finish.invokeExact(jdk);
            } catch (Throwable t) {
                throw unexpected(t);
            }
            return Arrays.equals(tag, scalar.finish());
        }
    }
}
