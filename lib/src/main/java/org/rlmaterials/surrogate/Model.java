package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One trained member of the ensemble, as {@link ModelFolder} keeps it.
 *
 * @param descriptor name of the descriptor it reads
 * @param featureNames the features it was trained on, in order
 * @param shape its shape
 * @param parameters its parameters, flat
 * @param inputs standardisation of the features
 * @param targets standardisation of the targets, each on its own scale ({@link Target#toScale})
 * @param distance how strange a crystal is to it
 * @param forest boosted trees beside the network
 * @param validation labels of the validation rows and what it says of them
 * @param provenance data, options, seed and versions
 */
@SuppressWarnings("ArrayRecordComponent")
record Model(
    String descriptor,
    List<String> featureNames,
    NetworkShape shape,
    float[] parameters,
    Scaling inputs,
    Scaling targets,
    TrunkDistance distance,
    Forest forest,
    ValidationTable validation,
    ObjectNode provenance) {}
