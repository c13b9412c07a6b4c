/**
 * Data for the surrogate: sources (our own DFT, JARVIS-DFT, Materials Project, a user's folder),
 * their merge into one table without duplicates, and the split that no chemical system crosses.
 */
package org.rlmaterials.dataset;
