package org.rlmaterials.espresso;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;

/** What tests with the real pw.x share: pseudopotentials made once, crystals, settings. */
public final class RealPw {
  /** Tests run in lib, benchmarks in the project's own folder. */
  private static final Path PROJECT =
      Path.of(
          System.getProperty(
              "rlmaterials.project", Files.isDirectory(Path.of("pseudopotentials")) ? "." : ".."));

  private static PseudopotentialLibrary library;

  private RealPw() {}

  /**
   * @return folder of this project's pseudopotentials, made by ld1.x if it is not there yet
   */
  public static synchronized Path pseudopotentials() {
    Path folder = PROJECT.resolve("lib/target/test-pseudopotentials");
    if (library == null) {
      library =
          Files.exists(folder.resolve(PseudopotentialManifest.FILE_NAME))
              ? PseudopotentialLibrary.open(folder)
              : PseudopotentialGenerator.generate(
                  PROJECT.resolve("pseudopotentials"), folder, "ld1.x");
    }
    return folder;
  }

  /**
   * @return the project's folder
   */
  static Path project() {
    return PROJECT;
  }

  /**
   * @return this project's pseudopotentials
   */
  static PseudopotentialLibrary library() {
    pseudopotentials();
    return library;
  }

  /**
   * A zinc-blende or diamond crystal in its primitive cell.
   *
   * @param a lattice constant (Å)
   * @param first symbol of the atom at the origin
   * @param second symbol of the atom at a/4 (1,1,1)
   * @return the crystal
   */
  public static Crystal zincBlende(double a, String first, String second) {
    double h = a / 2;
    return Crystal.of(
        Lattice.of(new double[][] {{0, h, h}, {h, 0, h}, {h, h, 0}}),
        List.of(first, second),
        new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
  }

  /**
   * @param launcher MPI launcher; may be empty
   * @return settings for a test
   */
  public static PwSettings settings(List<String> launcher) {
    try {
      Path scratch = PROJECT.resolve("lib/target/pw-scratch");
      Files.createDirectories(scratch);
      return new PwSettings(launcher, "pw.x", 1, 3600, scratch.toAbsolutePath(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Computes a crystal.
   *
   * @param crystal the crystal
   * @param parameters what to compute
   * @return its record
   */
  public static DftRecord compute(Crystal crystal, DftParameters parameters) {
    pseudopotentials();
    PwRunner runner = new PwRunner(settings(List.of()), library);
    return new DftCalculation(runner, parameters, null, false)
        .compute(new Structure("test", crystal));
  }
}
