package org.rlmaterials.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;

/**
 * The dataset in files: {@code NAME.csv.gz}, one row a structure, and beside it {@code
 * NAME.structures.jsonl.gz}, the structures with the same ids in the same order. Columns and units:
 * docs/output.md, section Dataset.
 */
public final class Dataset {
  /** Numbers in a fingerprint. */
  public static final int FINGERPRINT_SIZE = 152;

  private static final List<String> LABEL_COLUMNS =
      List.of(
          "id",
          "source",
          "formula",
          "chemical_system",
          "split",
          "structure_hash",
          "n_atoms",
          "mass_kind",
          "m_star",
          "m_hole",
          "gap_ev",
          "gap_functional",
          "formation_energy_ev_per_atom",
          "round");

  private static final String SUFFIX = ".csv.gz";

  private final Path file;
  private final List<DatasetRecord> records;

  private Dataset(Path file, List<DatasetRecord> records) {
    this.file = file;
    this.records = records;
  }

  /**
   * @return the rows, in the order of the file
   */
  public List<DatasetRecord> records() {
    return records;
  }

  /**
   * Reads the structures beside the dataset: only now, because most readers need the table alone.
   *
   * @return one structure for each of {@link #records()}, in the same order
   * @throws BadInputException if the file is missing, damaged or does not fit the table
   */
  public List<Structure> structures() {
    Path beside = structuresFile(file);
    List<Structure> structures = new ArrayList<>(records.size());
    try (BufferedReader lines = open(beside)) {
      String line;
      while ((line = lines.readLine()) != null) {
        int row = structures.size();
        Structure structure = StructureJson.parse(line, beside.toString(), row + 1);
        if (row >= records.size() || !records.get(row).id().equals(structure.id())) {
          throw BadInputException.at(
              beside.toString(),
              row + 1,
              "structure '"
                  + structure.id()
                  + "' is not row "
                  + (row + 1)
                  + " of "
                  + file.getFileName()
                  + ": the two files are not of one merge; merge again");
        }
        structures.add(structure);
      }
    } catch (IOException e) {
      throw unreadable(beside, e);
    }
    if (structures.size() != records.size()) {
      throw new BadInputException(
          beside
              + ": "
              + structures.size()
              + " structures, but "
              + file.getFileName()
              + " has "
              + records.size()
              + " rows: the two files are not of one merge; merge again");
    }
    return structures;
  }

  /**
   * @param dataset the table, NAME.csv.gz
   * @return its structures file, NAME.structures.jsonl.gz
   * @throws BadInputException if the table's name does not end in .csv.gz
   */
  public static Path structuresFile(Path dataset) {
    String name = dataset.getFileName().toString();
    if (!name.endsWith(SUFFIX)) {
      throw new BadInputException(dataset + ": the name of a dataset ends in " + SUFFIX);
    }
    return dataset.resolveSibling(
        name.substring(0, name.length() - SUFFIX.length()) + ".structures.jsonl.gz");
  }

  /**
   * Reads a dataset.
   *
   * @param file NAME.csv.gz
   * @return the dataset
   * @throws BadInputException if the file is missing, damaged or has other columns
   */
  public static Dataset read(Path file) {
    structuresFile(file);
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    List<DatasetRecord> records = new ArrayList<>();
    try (BufferedReader in = open(file);
        CSVParser rows = format.parse(in)) {
      if (!rows.getHeaderNames().equals(columns())) {
        throw BadInputException.at(
            file.toString(),
            1,
            "not the columns of a dataset: expected "
                + String.join(",", LABEL_COLUMNS)
                + ",f000..f151; make it with 'rl-materials dataset merge'");
      }
      for (CSVRecord row : rows) {
        records.add(record(row, file));
      }
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(file, e);
    }
    return new Dataset(file, List.copyOf(records));
  }

  /**
   * Writes a dataset: the structures first, so that a table is never without them.
   *
   * @param file NAME.csv.gz
   * @param records the rows
   * @param structures one structure for each row, with the same id
   */
  public static void write(Path file, List<DatasetRecord> records, List<Structure> structures) {
    if (records.size() != structures.size()) {
      throw new IllegalArgumentException(
          records.size() + " records but " + structures.size() + " structures");
    }
    AtomicFiles.write(
        structuresFile(file),
        out -> {
          Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          for (Structure structure : structures) {
            text.write(StructureJson.toJson(structure).toString());
            text.write('\n');
          }
          text.flush();
        });
    AtomicFiles.write(
        file,
        out -> {
          Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          CSVPrinter csv =
              new CSVPrinter(text, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get());
          csv.printRecord(columns());
          for (DatasetRecord record : records) {
            print(csv, record);
          }
          csv.flush();
        });
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>(LABEL_COLUMNS);
    for (int i = 0; i < FINGERPRINT_SIZE; i++) {
      columns.add(String.format("f%03d", i));
    }
    return columns;
  }

  private static void print(CSVPrinter csv, DatasetRecord record) throws IOException {
    if (record.fingerprint().length != FINGERPRINT_SIZE) {
      throw new IllegalArgumentException(
          record.id() + ": a fingerprint of " + record.fingerprint().length + " numbers");
    }
    csv.print(record.id());
    csv.print(record.source());
    csv.print(record.formula());
    csv.print(record.chemicalSystem());
    csv.print(record.split().label());
    csv.print(record.structureHash());
    csv.print(record.atomCount());
    csv.print(record.massKind() == null ? "" : record.massKind().label());
    csv.print(cell(record.mStar()));
    csv.print(cell(record.mHole()));
    csv.print(cell(record.gapEv()));
    csv.print(record.gapFunctional());
    csv.print(cell(record.formationEnergyEvPerAtom()));
    csv.print(record.round());
    for (float feature : record.fingerprint()) {
      csv.print(cell(feature));
    }
    csv.println();
  }

  private static String cell(double value) {
    return Double.isNaN(value) ? "" : value == 0 ? "0" : Double.toString(value);
  }

  private static String cell(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("a fingerprint holds " + value);
    }
    return value == 0 ? "0" : Float.toString(value);
  }

  private static DatasetRecord record(CSVRecord row, Path file) {
    long line = row.getRecordNumber() + 1;
    if (!row.isConsistent()) {
      throw BadInputException.at(
          file.toString(), line, row.size() + " cells, expected one for each column");
    }
    try {
      float[] fingerprint = new float[FINGERPRINT_SIZE];
      int first = LABEL_COLUMNS.size();
      for (int i = 0; i < FINGERPRINT_SIZE; i++) {
        fingerprint[i] = Float.parseFloat(row.get(first + i));
      }
      Iterator<String> cells = row.iterator();
      String id = cells.next();
      String source = cells.next();
      String formula = cells.next();
      String system = cells.next();
      Split split = Split.ofLabel(cells.next());
      String hash = cells.next();
      int atoms = Integer.parseInt(cells.next());
      String kind = cells.next();
      return new DatasetRecord(
          id,
          source,
          formula,
          system,
          split,
          hash,
          atoms,
          kind.isEmpty() ? null : MassKind.ofLabel(kind),
          number(cells.next()),
          number(cells.next()),
          number(cells.next()),
          cells.next(),
          number(cells.next()),
          Integer.parseInt(cells.next()),
          fingerprint);
    } catch (IllegalArgumentException e) {
      throw BadInputException.at(file.toString(), line, e.getMessage());
    }
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return new BufferedReader(
          new InputStreamReader(new GZIPInputStream(in, 1 << 16), StandardCharsets.UTF_8), 1 << 16);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static BadInputException unreadable(Path file, Exception cause) {
    return new BadInputException(
        cause instanceof NoSuchFileException
            ? file + ": no such file; make it with 'rl-materials dataset merge'"
            : file + ": cannot be read as a compressed dataset: " + cause.getMessage(),
        cause);
  }
}
