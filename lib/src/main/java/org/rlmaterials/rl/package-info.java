/**
 * The search by reinforcement learning: crystals as an environment whose reward comes from the
 * surrogate, proximal policy optimisation (PPO), the archive of the best structures met.
 */
package org.rlmaterials.rl;
