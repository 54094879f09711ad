/// How this host becomes an agent, and how it shows who it is.
///
/// [dev.holdfast.daemon.enrollment.Enroller] trades a one-time token for a certificate: keys are
/// made here, the token's secret never leaves, and the controller is trusted by the fingerprint of
/// its authority alone. [dev.holdfast.daemon.enrollment.ControllerChannel] opens TLS 1.3 channels
/// to the controller, [dev.holdfast.daemon.enrollment.CertificateRenewal] keeps the certificate
/// fresh. Knows nothing of tasks, policies or streams. Start at
/// [dev.holdfast.daemon.enrollment.Enroller].
@NullMarked
package dev.holdfast.daemon.enrollment;

import org.jspecify.annotations.NullMarked;
