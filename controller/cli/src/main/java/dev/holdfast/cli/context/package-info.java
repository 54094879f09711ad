/// Which controller a command talks to.
///
/// A context names an address, the trust in its certificate and a file that holds the operator's
/// token. Options override the environment, the environment overrides the context in use. All of
/// them name files; none holds a secret.
@NullMarked
package dev.holdfast.cli.context;

import org.jspecify.annotations.NullMarked;
