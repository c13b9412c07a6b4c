/**
 * Choosing what to validate and judging what came back: selection of candidates, sanity checks,
 * formation energies, the convex hull, validation classes and hit rates.
 */
package org.rlmaterials.discovery;
