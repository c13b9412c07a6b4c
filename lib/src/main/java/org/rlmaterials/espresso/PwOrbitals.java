package org.rlmaterials.espresso;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rlmaterials.bands.OrbitalCharacter;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Orbital weights of band states by projwfc.x: squares of the projections on the orthogonalised
 * atomic orbitals of the pseudopotentials, summed by angular momentum over all atoms.
 */
final class PwOrbitals implements OrbitalCharacter {
  private static final Pattern STATE = Pattern.compile("state #\\s*(\\d+): atom.*\\(l=\\s*(\\d)");

  private static final String LETTERS = "spdf";

  private final PwRunner runner;
  private final PwBandSolver solver;
  private final Path folder;

  /** Weights of all bands at the k-points asked for so far, by the text of the k-point. */
  private final Map<String, List<Map<String, Double>>> known = new TreeMap<>();

  /**
   * @param runner runs projwfc.x
   * @param solver leaves the wavefunctions of a k-point
   * @param folder where
   */
  PwOrbitals(PwRunner runner, PwBandSolver solver, Path folder) {
    this.runner = runner;
    this.solver = solver;
    this.folder = folder;
  }

  @Override
  public Map<String, Double> weights(double[] kPoint, int band) {
    return known.computeIfAbsent(Arrays.toString(kPoint), k -> project(kPoint)).get(band);
  }

  private List<Map<String, Double>> project(double[] kPoint) {
    solver.energies(new double[][] {kPoint});
    String log = runner.project(folder);
    Path xml = folder.resolve(PwInput.PREFIX + ".save").resolve("atomic_proj.xml");
    try (InputStream in = Files.newInputStream(xml)) {
      return weights(log, in);
    } catch (IOException | SAXException | IllegalArgumentException e) {
      throw new DftFailure("orbitals", "projwfc.x left no readable projections: " + e.getMessage());
    }
  }

  /**
   * @param log what projwfc.x printed: which orbital is which
   * @param xml atomic_proj.xml: the projections
   * @return weight of each angular momentum, by letter, of each band at the first k-point
   * @throws IOException if the XML cannot be read
   * @throws SAXException if it is not XML
   * @throws IllegalArgumentException if log and XML do not belong together
   */
  static List<Map<String, Double>> weights(String log, InputStream xml)
      throws IOException, SAXException {
    Map<Integer, String> letters = new TreeMap<>();
    Matcher m = STATE.matcher(log);
    while (m.find()) {
      int l = Integer.parseInt(m.group(2));
      letters.put(Integer.parseInt(m.group(1)), LETTERS.substring(l, l + 1));
    }
    Node states = PwOutput.child(PwOutput.builder().parse(xml).getDocumentElement(), "EIGENSTATES");
    List<Map<String, Double>> bands = new ArrayList<>();
    for (Node wave : PwOutput.children(PwOutput.child(states, "PROJS"), "ATOMIC_WFC")) {
      int index = Integer.parseInt(wave.getAttributes().getNamedItem("index").getNodeValue());
      String letter = letters.get(index);
      if (letter == null) {
        throw new IllegalArgumentException("orbital " + index + " is not in the log");
      }
      String[] numbers = wave.getTextContent().strip().split("\\s+", -1);
      for (int b = 0; 2 * b + 1 < numbers.length; b++) {
        if (bands.size() <= b) {
          bands.add(new TreeMap<>());
        }
        double re = Double.parseDouble(numbers[2 * b]);
        double im = Double.parseDouble(numbers[2 * b + 1]);
        bands.get(b).merge(letter, re * re + im * im, Double::sum);
      }
    }
    if (bands.isEmpty()) {
      throw new IllegalArgumentException("no projections");
    }
    return bands;
  }
}
