/**
 * Quantum ESPRESSO: pseudopotentials, input, running and recovery of pw.x, its XML output, and the
 * record of one structure that comes out of it.
 */
package org.rlmaterials.espresso;
