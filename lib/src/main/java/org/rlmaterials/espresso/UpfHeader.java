package org.rlmaterials.espresso;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rlmaterials.errors.BadInputException;

/**
 * The header of a pseudopotential file in the UPF format, version 1 or 2. All that the program
 * knows of an element's valence and cutoffs comes from here.
 *
 * @param element chemical symbol
 * @param valence number of valence electrons Z_v
 * @param type kind as the file names it: NC, US, USPP or PAW
 * @param functional exchange-correlation functional as the file names it
 * @param wavefunctionCutoffRy suggested cutoff of the wavefunctions (Ry); 0 if the file has none
 * @param densityCutoffRy suggested cutoff of the density (Ry); 0 if the file has none
 */
public record UpfHeader(
    String element,
    double valence,
    String type,
    String functional,
    double wavefunctionCutoffRy,
    double densityCutoffRy) {

  private static final Pattern HEADER =
      Pattern.compile("<PP_HEADER\\b([^>]*)>(.*?)(?=</PP_HEADER>|$)", Pattern.DOTALL);
  private static final Set<String> PBE_PARTS = Set.of("PBE", "SLA", "PW", "PBX", "PBC");
  private static final Pattern CLOSED = Pattern.compile("</PP_HEADER>|<PP_HEADER[^>]*/>");

  /**
   * Reads the header of a file.
   *
   * @param file a UPF file
   * @return its header
   * @throws BadInputException if the file cannot be read or has no complete header
   */
  public static UpfHeader read(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new BadInputException(file + ": the pseudopotential cannot be read: " + e, e);
    }
    return parse(text, file.getFileName().toString());
  }

  /**
   * Reads the header from the text of a file.
   *
   * @param text the text of a UPF file
   * @param name its name for messages
   * @return its header
   * @throws BadInputException if there is no complete header
   */
  static UpfHeader parse(String text, String name) {
    Matcher header = HEADER.matcher(text);
    if (!CLOSED.matcher(text).find() || !header.find()) {
      throw new BadInputException(
          name + ": no <PP_HEADER> found: expected a pseudopotential in UPF format");
    }
    try {
      return header.group(1).contains("=")
          ? ofAttributes(header.group(1))
          : ofLines(header.group(2));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(name + ": <PP_HEADER> is not readable: " + e.getMessage(), e);
    }
  }

  /**
   * Whether the functional is that of Perdew, Burke and Ernzerhof, by any of the names that Quantum
   * ESPRESSO has for it: PBE, or the four parts SLA PW PBX PBC.
   */
  boolean isPbe() {
    List<String> parts = List.of(functional.toUpperCase(Locale.ROOT).split("[\\s+-]+", -1));
    return PBE_PARTS.containsAll(parts) && (parts.contains("PBE") || parts.contains("PBX"));
  }

  /**
   * The same header with cutoffs from elsewhere.
   *
   * @param wavefunctionRy cutoff of the wavefunctions (Ry); 0 if there is none
   * @param densityRy cutoff of the density (Ry); 0 if there is none
   * @return the header with these cutoffs
   */
  UpfHeader withCutoffs(double wavefunctionRy, double densityRy) {
    if (!(wavefunctionRy > 0 && densityRy > 0)) {
      return this;
    }
    return new UpfHeader(element, valence, type, functional, wavefunctionRy, densityRy);
  }

  /** Version 2: XML attributes, with blanks around some values. */
  private static UpfHeader ofAttributes(String attributes) {
    return new UpfHeader(
        attribute(attributes, "element"),
        number(attribute(attributes, "z_valence")),
        attribute(attributes, "pseudo_type"),
        attribute(attributes, "functional"),
        optionalNumber(attributes, "wfc_cutoff"),
        optionalNumber(attributes, "rho_cutoff"));
  }

  private static String attribute(String attributes, String key) {
    Matcher m = Pattern.compile("\\b" + key + "\\s*=\\s*\"([^\"]*)\"").matcher(attributes);
    if (!m.find()) {
      throw new IllegalArgumentException("attribute " + key + " is missing");
    }
    return m.group(1).strip();
  }

  private static double optionalNumber(String attributes, String key) {
    return attributes.contains(key) ? number(attribute(attributes, key)) : 0;
  }

  /** Version 1: one value a line, followed by its name. */
  private static UpfHeader ofLines(String lines) {
    String[] cutoffs = line(lines, "Suggested cutoff for wfc and rho").split("\\s+", -1);
    if (cutoffs.length != 2) {
      throw new IllegalArgumentException("line 'Suggested cutoff for wfc and rho' needs 2 numbers");
    }
    return new UpfHeader(
        line(lines, "Element"),
        number(line(lines, "Z valence")),
        line(lines, "(?:Ultrasoft pseudopotential|Norm - Conserving pseudopotential)"),
        line(lines, "Exchange-Correlation functional"),
        number(cutoffs[0]),
        number(cutoffs[1]));
  }

  private static String line(String lines, String name) {
    Matcher m = Pattern.compile("(?m)^\\s*(\\S.*?)\\s+(?:" + name + ").*$").matcher(lines);
    if (!m.find()) {
      throw new IllegalArgumentException("line '" + name + "' is missing");
    }
    return m.group(1).strip();
  }

  /** A number as Fortran writes it: 1.0D+01 is allowed. */
  private static double number(String text) {
    return Double.parseDouble(text.replace('D', 'E').replace('d', 'e'));
  }
}
