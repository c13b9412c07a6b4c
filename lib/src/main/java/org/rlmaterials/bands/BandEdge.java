package org.rlmaterials.bands;

import java.util.List;

/**
 * An extremum of a band.
 *
 * @param energyEv energy (eV) on the scale of the solver
 * @param kPoint coordinates along the reciprocal lattice vectors (3), in (−½, ½]
 * @param kCartesian the same point (1/Å)
 * @param band index of the band, from 0
 */
public record BandEdge(double energyEv, List<Double> kPoint, List<Double> kCartesian, int band) {}
