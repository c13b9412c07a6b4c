package org.rlmaterials.dataset;

/**
 * One row of the dataset: one structure, its labels and its fingerprint. A label that is not known
 * is NaN (an empty cell in the file), never zero.
 *
 * @param id name, unique in its dataset: any text; never used as a path or in a shell
 * @param source where the structure comes from: dft, jarvis, materials_project or id_prop
 * @param formula reduced formula, symbols in alphabetical order
 * @param chemicalSystem sorted element symbols joined by "-"
 * @param split side in training, from the chemical system alone
 * @param structureHash hash of the structure as it stands beside the dataset
 * @param atomCount number of atoms in the cell
 * @param massKind what kind of mass mStar and mHole are; null where both are missing
 * @param mStar electron effective mass (mₑ), signed: negative for inverted bands; NaN where missing
 * @param mHole hole effective mass (mₑ), positive at an ordinary valence maximum; NaN where missing
 * @param gapEv band gap (eV), 0 for a metal; NaN where missing
 * @param gapFunctional functional of the gap: PBE, OptB88vdW; empty where the gap is missing
 * @param formationEnergyEvPerAtom formation energy (eV per atom); NaN where missing
 * @param round round of the search that produced it, 0 before the first
 * @param fingerprint the 152 numbers of the descriptor "fingerprint"; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record DatasetRecord(
    String id,
    String source,
    String formula,
    String chemicalSystem,
    Split split,
    String structureHash,
    int atomCount,
    MassKind massKind,
    double mStar,
    double mHole,
    double gapEv,
    String gapFunctional,
    double formationEnergyEvPerAtom,
    int round,
    float[] fingerprint) {

  /**
   * @return whether there is an electron mass
   */
  public boolean hasMass() {
    return !Double.isNaN(mStar);
  }

  /**
   * @return whether there is a gap
   */
  public boolean hasGap() {
    return !Double.isNaN(gapEv);
  }
}
