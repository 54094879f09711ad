/// The cryptography of the repository format: sealing, key derivation, hashing. Pure: no storage,
/// no clock, no logging.
///
/// A [dev.holdfast.engine.crypto.SealedBox] seals bytes with AES-256-CTR and Poly1305-AES under a
/// [dev.holdfast.engine.crypto.MasterKey] (repository format, section 5); a password becomes such a
/// key through [dev.holdfast.engine.crypto.PasswordKdf] (section 4);
/// [dev.holdfast.engine.crypto.Hasher] makes the SHA-256 names.
///
/// The JDK's primitives are fed in slices of 16 KiB: their machine code is only used once the
/// calling JDK method is compiled, which takes thousands of calls and so would take gigabytes with
/// one call per blob. Boxes and hashers are reusable and belong to one thread each. Start at
/// [dev.holdfast.engine.crypto.SealedBox].
@NullMarked
package dev.holdfast.engine.crypto;

import org.jspecify.annotations.NullMarked;
