/**
 * The surrogate: networks that predict electron mass and band gap from a descriptor, their training
 * (DJL on libtorch), the ensemble with its calibrated uncertainty, and its honest evaluation.
 */
package org.rlmaterials.surrogate;
