package org.rlmaterials.espresso;

import java.util.Locale;

/**
 * One run of pw.x that is to be made.
 *
 * @param input its input
 * @param pools number of pools of k-points
 * @param restart what it takes over from the run before in the same folder
 */
record PwJob(PwInput input, int pools, Restart restart) {
  /** What a run takes over from the one before it. */
  enum Restart {
    /** Nothing: atomic charges and wavefunctions. */
    FROM_SCRATCH,
    /** The charge density. */
    CHARGE_DENSITY,
    /** The charge density and the wavefunctions. */
    FULL;

    /**
     * @return the name in record.json
     */
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  PwJob with(PwInput changed) {
    return new PwJob(changed, pools, restart);
  }

  PwJob with(Restart changed) {
    return new PwJob(input, pools, changed);
  }

  PwJob withPools(int changed) {
    return new PwJob(input, changed, restart);
  }

  /**
   * @return the text that pw.x reads, with the restart in it
   */
  String render() {
    PwInput rendered = input;
    if (!input.calculation().equals("bands")) {
      rendered =
          rendered
              .with("electrons", "startingpot", restart == Restart.FROM_SCRATCH ? "atomic" : "file")
              .with("electrons", "startingwfc", restart == Restart.FULL ? "file" : "atomic+random");
    }
    return rendered.render();
  }
}
