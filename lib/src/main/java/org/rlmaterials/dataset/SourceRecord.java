package org.rlmaterials.dataset;

import org.rlmaterials.crystal.Crystal;

/**
 * One record of a source.
 *
 * @param crystal the structure the labels belong to
 * @param labels what the source says of it
 */
record SourceRecord(Crystal crystal, Labels labels) {}
