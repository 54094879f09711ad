/// Operators: the people and programs that may call the operator services.
///
/// In this version an operator is whoever holds an operator token `hfo_<id>_<secret>`. The first
/// one is made at the first start and written to a file that only the controller's account can
/// read; the database holds the hash of its secret alone. Secrets are compared in constant time.
@NullMarked
package dev.holdfast.server.account;

import org.jspecify.annotations.NullMarked;
