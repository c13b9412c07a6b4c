package org.rlmaterials.espresso;

import java.util.Optional;

/**
 * What one run of pw.x left.
 *
 * @param exitCode exit code; 128 + n if signal n killed it
 * @param timedOut whether it was killed at the wall-time limit
 * @param hopeless whether it was stopped because its self-consistent cycle would not converge
 * @param seconds wall time (s)
 * @param log what it printed
 * @param crash content of the CRASH file; empty if there is none
 * @param output data-file-schema.xml, if it was written
 */
record PwRun(
    int exitCode,
    boolean timedOut,
    boolean hopeless,
    double seconds,
    String log,
    String crash,
    Optional<PwOutput> output) {}
