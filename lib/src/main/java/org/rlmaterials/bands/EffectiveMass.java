package org.rlmaterials.bands;

import java.util.List;

/**
 * Effective mass of one kind of carrier at its band edge, positive for an ordinary edge: for holes
 * the curvature is that of −E.
 *
 * @param mStar inertial mass 3 / Σ(1/mᵢ) (mₑ), signed
 * @param principalMasses the three principal masses (mₑ), by ascending inverse mass
 * @param principalAxes unit vectors of the principal axes (Cartesian), one a row, same order
 * @param tensor inverse-mass tensor (1/mₑ), Cartesian, 3×3
 * @param stepError estimate of the relative error of mStar (fraction): what is left of the finite
 *     step after extrapolation, noise of the energies, and distance from the true extremum
 * @param fitRmsEv root mean square (eV) of the stencil energies' deviation from the extrapolated
 *     parabola, over the inner shell
 * @param degeneracy number of bands averaged over
 * @param step radius (1/Å) of the inner shell
 */
public record EffectiveMass(
    double mStar,
    List<Double> principalMasses,
    List<List<Double>> principalAxes,
    List<List<Double>> tensor,
    double stepError,
    double fitRmsEv,
    int degeneracy,
    double step) {}
