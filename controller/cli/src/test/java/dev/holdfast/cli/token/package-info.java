/// Derived keys against vectors, bindings against lies.
@NullMarked
package dev.holdfast.cli.token;

import org.jspecify.annotations.NullMarked;
