package org.rlmaterials.bands;

/**
 * What the bands of a crystal say about its carriers.
 *
 * @param outcome what kind of crystal it is
 * @param gapEv fundamental gap (eV); 0 for a metal
 * @param direct whether the gap at the k-point of one edge is the fundamental gap; false for a
 *     metal
 * @param vbm valence-band maximum; null for a metal
 * @param cbm conduction-band minimum; null for a metal
 * @param electron mass of electrons at cbm; null for a metal and for molecules in a box
 * @param hole mass of holes at vbm; null for these too
 * @param mStar the label (mₑ): the electron mass; 0 for a metal; negative if the bands are
 *     inverted; NaN for molecules in a box
 * @param inversion evidence on the order of the bands; null for a metal that touches at no point
 *     and for molecules in a box
 * @param kPointsSolved number of k-points the solver was asked for
 * @param solverCalls number of calls of the solver
 * @param reason one line that says what decided the outcome
 */
public record BandAnalysis(
    Outcome outcome,
    double gapEv,
    boolean direct,
    BandEdge vbm,
    BandEdge cbm,
    EffectiveMass electron,
    EffectiveMass hole,
    double mStar,
    Inversion inversion,
    int kPointsSolved,
    int solverCalls,
    String reason) {}
