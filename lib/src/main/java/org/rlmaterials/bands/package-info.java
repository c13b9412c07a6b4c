/**
 * Band edges, effective masses and band inversion from band energies. Knows no DFT program:
 * energies come from a {@link org.rlmaterials.bands.BandSolver}. Every quantity is defined in
 * docs/physics.md.
 */
package org.rlmaterials.bands;
