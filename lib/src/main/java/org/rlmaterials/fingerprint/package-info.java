/**
 * Descriptors: fixed lists of numbers computed from a crystal, which models take as input. Knows
 * nothing of files, of the command line or of neural networks.
 */
package org.rlmaterials.fingerprint;
