/** Pictures of what a training run did. */
package org.rlmaterials.plot;
