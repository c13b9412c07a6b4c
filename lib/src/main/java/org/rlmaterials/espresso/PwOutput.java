package org.rlmaterials.espresso;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Element;
import org.rlmaterials.crystal.Lattice;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What a pw.x run wrote to data-file-schema.xml, in eV and Å. Numbers never come from stdout, whose
 * eigenvalues have four decimals.
 *
 * @param version version of pw.x, such as 6.7MaX
 * @param crystal the crystal at the end of the run
 * @param scfConverged whether the last self-consistent cycle converged
 * @param scfSteps number of its iterations
 * @param ionsConverged whether a relaxation met its thresholds; true where nothing moved
 * @param ionicSteps number of ionic steps; 0 where nothing moved
 * @param energyEv total energy of the cell (eV); NaN if not given
 * @param electrons number of valence electrons in the cell
 * @param fermiEnergyEv Fermi energy (eV); NaN if not given
 * @param kPoints Cartesian k-points (1/Å), n×3
 * @param weights weights of the k-points (n)
 * @param eigenvaluesEv band energies (eV), n × bands, ascending
 * @param occupations occupations, n × bands, 1 for a full band
 * @param forcesEvPerAngstrom forces (eV/Å), atoms × 3; null if not given
 * @param stressGpa stress (GPa), 3 × 3, positive diagonal if the cell wants to expand; null if not
 *     given
 * @param rotations rotations of the crystal's point group, proper and improper (Cartesian, 3×3)
 * @param processes number of MPI processes
 * @param cpuSeconds processor time of one process (s)
 */
@SuppressWarnings("ArrayRecordComponent") // plain numbers, read once and never changed
public record PwOutput(
    String version,
    Crystal crystal,
    boolean scfConverged,
    int scfSteps,
    boolean ionsConverged,
    int ionicSteps,
    double energyEv,
    double electrons,
    double fermiEnergyEv,
    double[][] kPoints,
    double[] weights,
    double[][] eigenvaluesEv,
    double[][] occupations,
    double[][] forcesEvPerAngstrom,
    double[][] stressGpa,
    List<double[][]> rotations,
    int processes,
    double cpuSeconds) {

  /** Hartree energy (eV), CODATA 2018. */
  static final double HARTREE_EV = 27.211386245988;

  /** Bohr radius (Å), CODATA 2018. */
  static final double BOHR_ANGSTROM = 0.529177210903;

  /** Atomic unit of pressure, Hartree per cubic Bohr (GPa), CODATA 2018. */
  static final double ATOMIC_PRESSURE_GPA = 29421.015697;

  /**
   * Reads a file, if it is there and complete.
   *
   * @param file data-file-schema.xml
   * @return its content; empty if pw.x left none or was stopped while writing it
   */
  static Optional<PwOutput> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(parse(in));
    } catch (IOException | SAXException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * @param in the XML text
   * @return its content
   * @throws IOException if it cannot be read
   * @throws SAXException if it is not XML, or declares a document type
   * @throws IllegalArgumentException if an element is missing
   */
  static PwOutput parse(InputStream in) throws IOException, SAXException {
    Node root = builder().parse(in).getDocumentElement();
    Node output = child(root, "output");
    Node structure = child(output, "atomic_structure");
    Node bands = child(output, "band_structure");
    Node convergence = child(output, "convergence_info");
    Node scf = child(convergence, "scf_conv");
    Optional<Node> ions = optional(convergence, "opt_conv");
    double alat = Double.parseDouble(attribute(structure, "alat")) * BOHR_ANGSTROM;

    List<Node> solved = children(bands, "ks_energies");
    double[][] kPoints = new double[solved.size()][];
    double[] weights = new double[kPoints.length];
    double[][] eigenvalues = new double[kPoints.length][];
    double[][] occupations = new double[kPoints.length][];
    for (int i = 0; i < kPoints.length; i++) {
      Node k = child(solved.get(i), "k_point");
      kPoints[i] = numbers(k, 2 * Math.PI / alat);
      weights[i] = Double.parseDouble(attribute(k, "weight"));
      eigenvalues[i] = numbers(child(solved.get(i), "eigenvalues"), HARTREE_EV);
      occupations[i] = numbers(child(solved.get(i), "occupations"), 1);
    }
    return new PwOutput(
        attribute(child(child(root, "general_info"), "creator"), "VERSION"),
        crystal(structure),
        text(scf, "convergence_achieved").equals("true"),
        (int) Double.parseDouble(text(scf, "n_scf_steps")),
        ions.map(n -> text(n, "convergence_achieved").equals("true")).orElse(true),
        ions.map(n -> (int) Double.parseDouble(text(n, "n_opt_steps"))).orElse(0),
        optional(output, "total_energy")
            .map(n -> Double.parseDouble(text(n, "etot")) * HARTREE_EV)
            .orElse(Double.NaN),
        Double.parseDouble(text(bands, "nelec")),
        optional(bands, "fermi_energy")
            .map(n -> Double.parseDouble(n.getTextContent().strip()) * HARTREE_EV)
            .orElse(Double.NaN),
        kPoints,
        weights,
        eigenvalues,
        occupations,
        optional(output, "forces")
            .map(n -> rows(numbers(n, HARTREE_EV / BOHR_ANGSTROM)))
            .orElse(null),
        optional(output, "stress").map(n -> rows(numbers(n, ATOMIC_PRESSURE_GPA))).orElse(null),
        rotations(output, crystal(structure).lattice()),
        Integer.parseInt(text(child(root, "parallel_info"), "nprocs")),
        optional(root, "timing_info")
            .map(n -> Double.parseDouble(text(child(n, "total"), "cpu")))
            .orElse(0.0));
  }

  /**
   * @return pressure (GPa), positive if the cell wants to expand; NaN without stress
   */
  double pressureGpa() {
    return stressGpa == null
        ? Double.NaN
        : (stressGpa[0][0] + stressGpa[1][1] + stressGpa[2][2]) / 3;
  }

  /**
   * @return largest component of the stress (GPa) that is not pressure; NaN without stress
   */
  double shearGpa() {
    double shear = stressGpa == null ? Double.NaN : 0;
    for (int i = 0; stressGpa != null && i < 9; i++) {
      double isotropic = i % 4 == 0 ? pressureGpa() : 0;
      shear = Math.max(shear, Math.abs(stressGpa[i / 3][i % 3] - isotropic));
    }
    return shear;
  }

  /**
   * @return a parser that opens no other file and takes no document type
   */
  static DocumentBuilder builder() {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK has no secure XML parser", e);
    }
  }

  private static Crystal crystal(Node structure) {
    Node cell = child(structure, "cell");
    Lattice lattice =
        Lattice.of(
            new double[][] {
              numbers(child(cell, "a1"), BOHR_ANGSTROM),
              numbers(child(cell, "a2"), BOHR_ANGSTROM),
              numbers(child(cell, "a3"), BOHR_ANGSTROM)
            });
    List<Node> atoms = children(child(structure, "atomic_positions"), "atom");
    int[] atomicNumbers = new int[atoms.size()];
    double[] fractional = new double[3 * atomicNumbers.length];
    for (int i = 0; i < atomicNumbers.length; i++) {
      atomicNumbers[i] = Element.of(attribute(atoms.get(i), "name").strip()).atomicNumber();
      double[] f = lattice.toFractional(numbers(atoms.get(i), BOHR_ANGSTROM));
      System.arraycopy(f, 0, fractional, 3 * i, 3);
    }
    return Crystal.of(lattice, atomicNumbers, fractional);
  }

  /**
   * The symmetry operations, from the basis of the lattice vectors to Cartesian axes. Whether the
   * integer matrices act on coordinates from the left or the right, the set is the same group; the
   * reading that gives orthogonal matrices is the right one.
   */
  private static List<double[][]> rotations(Node output, Lattice lattice) {
    List<double[][]> integers = new ArrayList<>();
    optional(output, "symmetries")
        .ifPresent(
            symmetries -> {
              for (Node operation : children(symmetries, "symmetry")) {
                if (text(operation, "info").equals("crystal_symmetry")) {
                  integers.add(rows(numbers(child(operation, "rotation"), 1)));
                }
              }
            });
    for (boolean transposed : new boolean[] {false, true}) {
      List<double[][]> rotations =
          integers.stream().map(m -> cartesian(m, transposed, lattice)).toList();
      if (rotations.stream().allMatch(PwOutput::isOrthogonal)) {
        return rotations;
      }
    }
    return List.of();
  }

  /** Columns of the result are the images of the Cartesian unit vectors. */
  private static double[][] cartesian(double[][] m, boolean transposed, Lattice lattice) {
    double[][] rotation = new double[3][3];
    for (int axis = 0; axis < 3; axis++) {
      double[] unit = new double[3];
      unit[axis] = 1;
      double[] f = lattice.toFractional(unit);
      double[] image = new double[3];
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          image[i] += (transposed ? m[j][i] : m[i][j]) * f[j];
        }
      }
      double[] r = lattice.toCartesian(image);
      for (int x = 0; x < 3; x++) {
        rotation[x][axis] = r[x];
      }
    }
    return rotation;
  }

  private static boolean isOrthogonal(double[][] r) {
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double dot = r[i][0] * r[j][0] + r[i][1] * r[j][1] + r[i][2] * r[j][2];
        if (Math.abs(dot - (i == j ? 1 : 0)) > 1e-3) {
          return false;
        }
      }
    }
    return true;
  }

  private static double[][] rows(double[] flat) {
    double[][] rows = new double[flat.length / 3][3];
    for (int i = 0; i < flat.length; i++) {
      rows[i / 3][i % 3] = flat[i];
    }
    return rows;
  }

  private static double[] numbers(Node node, double unit) {
    String[] words = node.getTextContent().strip().split("\\s+", -1);
    double[] values = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      values[i] = Double.parseDouble(words[i]) * unit;
    }
    return values;
  }

  private static String text(Node parent, String name) {
    return child(parent, name).getTextContent().strip();
  }

  private static String attribute(Node node, String name) {
    Node attribute = node.getAttributes().getNamedItem(name);
    if (attribute == null) {
      throw new IllegalArgumentException("attribute " + name + " is missing");
    }
    return attribute.getNodeValue();
  }

  /** The one direct child of that name. */
  static Node child(Node parent, String name) {
    return optional(parent, name)
        .orElseThrow(() -> new IllegalArgumentException("element <" + name + "> is missing"));
  }

  private static Optional<Node> optional(Node parent, String name) {
    List<Node> found = children(parent, name);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /** The direct children of that name. */
  static List<Node> children(Node parent, String name) {
    List<Node> found = new ArrayList<>();
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n.getNodeName().equals(name)) {
        found.add(n);
      }
    }
    return found;
  }
}
