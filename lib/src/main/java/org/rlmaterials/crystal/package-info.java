/**
 * Crystals and what can be done to them: elements, lattices, seeds, moves, validity, symmetry, and
 * their text formats. Knows nothing of the command line, of processes or of neural networks.
 */
package org.rlmaterials.crystal;
