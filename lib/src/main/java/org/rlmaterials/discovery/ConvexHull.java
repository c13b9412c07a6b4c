package org.rlmaterials.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hipparchus.exception.MathIllegalStateException;
import org.hipparchus.optim.PointValuePair;
import org.hipparchus.optim.linear.LinearConstraint;
import org.hipparchus.optim.linear.LinearConstraintSet;
import org.hipparchus.optim.linear.LinearObjectiveFunction;
import org.hipparchus.optim.linear.NonNegativeConstraint;
import org.hipparchus.optim.linear.Relationship;
import org.hipparchus.optim.linear.SimplexSolver;
import org.hipparchus.optim.nonlinear.scalar.GoalType;

/**
 * The lower convex hull of energy over composition, for any number of elements. The energy of the
 * hull at a composition is that of the cheapest mixture of known phases with this composition: a
 * linear program with one unknown amount a phase (S. P. Ong et al., Chem. Mater. 20, 1798 (2008),
 * do the same geometrically).
 */
public final class ConvexHull {
  /** Amounts (fraction of the atoms) below this are noise of the solver. */
  private static final double LEAST_AMOUNT = 1e-6;

  private final List<Phase> phases;

  /**
   * A phase.
   *
   * @param name what to call it
   * @param fractions fraction of the atoms of each element, by symbol; they sum to 1
   * @param energyEvPerAtom energy (eV per atom), on a scale common to all phases
   */
  public record Phase(String name, Map<String, Double> fractions, double energyEvPerAtom) {
    /**
     * @param name what to call it
     * @param counts number of atoms of each element, by symbol
     * @param energyEvPerAtom energy (eV per atom)
     * @return the phase
     */
    public static Phase of(String name, Map<String, Integer> counts, double energyEvPerAtom) {
      int atoms = counts.values().stream().mapToInt(Integer::intValue).sum();
      Map<String, Double> fractions = new TreeMap<>();
      counts.forEach((symbol, count) -> fractions.put(symbol, (double) count / atoms));
      return new Phase(name, fractions, energyEvPerAtom);
    }
  }

  /**
   * The hull at a composition.
   *
   * @param energyEvPerAtom energy of the cheapest mixture (eV per atom)
   * @param amounts fraction of the atoms in each phase of the mixture, by name
   */
  public record Point(double energyEvPerAtom, Map<String, Double> amounts) {}

  /**
   * @param phases all phases; of those with one composition only the one of least energy matters
   */
  public ConvexHull(Collection<Phase> phases) {
    Map<Map<String, Long>, Phase> best = new HashMap<>();
    for (Phase phase : phases) {
      Map<String, Long> composition = new TreeMap<>();
      phase.fractions().forEach((symbol, x) -> composition.put(symbol, Math.round(x * 1e9)));
      best.merge(composition, phase, (a, b) -> b.energyEvPerAtom() < a.energyEvPerAtom() ? b : a);
    }
    this.phases = new ArrayList<>(best.values());
    this.phases.sort((a, b) -> a.name().compareTo(b.name()));
  }

  /**
   * @param fractions fraction of the atoms of each element, by symbol; they sum to 1
   * @return the hull there; empty if no mixture of the phases has this composition
   */
  public Optional<Point> at(Map<String, Double> fractions) {
    List<Phase> usable =
        phases.stream()
            .filter(phase -> fractions.keySet().containsAll(phase.fractions().keySet()))
            .toList();
    TreeSet<String> elements = new TreeSet<>(fractions.keySet());
    if (usable.isEmpty()) {
      return Optional.empty();
    }
    List<LinearConstraint> balance = new ArrayList<>();
    for (String element : elements) {
      double[] row =
          usable.stream().mapToDouble(p -> p.fractions().getOrDefault(element, 0.0)).toArray();
      balance.add(new LinearConstraint(row, Relationship.EQ, fractions.get(element)));
    }
    // Energies relative to the lowest keep the numbers small beside total energies of thousands eV.
    double offset = usable.stream().mapToDouble(Phase::energyEvPerAtom).min().orElse(0);
    double[] energies = usable.stream().mapToDouble(p -> p.energyEvPerAtom() - offset).toArray();
    PointValuePair solution;
    try {
      solution =
          new SimplexSolver()
              .optimize(
                  new LinearObjectiveFunction(energies, 0),
                  new LinearConstraintSet(balance),
                  GoalType.MINIMIZE,
                  new NonNegativeConstraint(true));
    } catch (MathIllegalStateException e) {
      return Optional.empty(); // no feasible mixture
    }
    Map<String, Double> amounts = new TreeMap<>();
    for (int i = 0; i < usable.size(); i++) {
      if (solution.getPoint()[i] > LEAST_AMOUNT) {
        amounts.put(usable.get(i).name(), solution.getPoint()[i]);
      }
    }
    return Optional.of(new Point(solution.getValue() + offset, amounts));
  }
}
