package org.rlmaterials.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.JarvisFetch;
import org.rlmaterials.dataset.LabelFilter;
import org.rlmaterials.dataset.MaterialsProjectFetch;
import org.rlmaterials.dataset.Merger;
import org.rlmaterials.dataset.TransportTable;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.Progress;
import org.rlmaterials.fingerprint.Descriptors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code dataset}. */
@Command(
    name = "dataset",
    description = "Fetches and merges data.",
    subcommands = {DatasetCommand.Merge.class, DatasetCommand.Fetch.class})
final class DatasetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "no command given: expected dataset merge or dataset fetch");
  }

  /** Which records and labels are kept. */
  static final class FilterOptions {
    @Option(
        names = "--max-atoms",
        defaultValue = "50",
        description = "largest number of atoms in a cell (default: ${DEFAULT-VALUE})")
    private int maxAtoms;

    @Option(
        names = "--min-gap",
        defaultValue = "0",
        description = "smallest gap that is a label (eV; default: ${DEFAULT-VALUE})")
    private double minGap;

    @Option(
        names = "--max-gap",
        defaultValue = "20",
        description = "largest gap that is a label (eV; default: ${DEFAULT-VALUE})")
    private double maxGap;

    @Option(
        names = "--max-mass",
        defaultValue = "50",
        description =
            "largest magnitude of a mass that is a label (electron masses; default:"
                + " ${DEFAULT-VALUE})")
    private double maxMass;

    @Option(
        names = "--min-conductivity-gap",
        defaultValue = "0.1",
        description =
            "gap below which a conductivity mass at 300 K, or one of no kind said, is no label (eV;"
                + " default: ${DEFAULT-VALUE})")
    private double minConductivityGap;

    @Option(
        names = "--min-conductivity-mass",
        defaultValue = "0.01",
        description =
            "magnitude below which a conductivity mass is no label (electron masses; default:"
                + " ${DEFAULT-VALUE})")
    private double minConductivityMass;

    LabelFilter filter() {
      return new LabelFilter(
          maxAtoms, minGap, maxGap, maxMass, minConductivityGap, minConductivityMass);
    }
  }

  /** The command {@code dataset merge}. */
  @Command(
      name = "merge",
      description = {
        "Merges records of all sources into one dataset: filtered, each structure once, split by"
            + " chemical system. Every source is optional; at least one is needed.",
        "Writes NAME.csv.gz, NAME.structures.jsonl.gz and the report beside each other."
      })
  static final class Merge implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--records",
        arity = "1..*",
        paramLabel = "FILE",
        description = "records of 'dft': .json, .jsonl (also .gz), or folders of them")
    private List<Path> records = new ArrayList<>();

    @Option(
        names = "--round",
        defaultValue = "0",
        description =
            "round of the search for records whose structure does not say (default:"
                + " ${DEFAULT-VALUE})")
    private int round;

    @Option(
        names = "--jarvis",
        paramLabel = "FILE",
        description =
            "JARVIS-DFT dft_3d: the zip, the JSON in it, or the file 'fetch jarvis' wrote")
    private Path jarvis;

    @Option(
        names = "--materials-project",
        paramLabel = "FILE",
        description = "rows that 'fetch materials-project' wrote (.jsonl.gz)")
    private Path materialsProject;

    @Option(
        names = "--transport",
        paramLabel = "CSV",
        description =
            "masses for --materials-project by id: columns mp_id,m_n,m_p (electron masses)")
    private Path transport;

    @Option(
        names = "--id-prop",
        paramLabel = "DIR",
        description = "your data: id_prop.csv (id,m_star or a header) beside structure files")
    private Path idProp;

    @Option(
        names = "--bootstrap",
        arity = "1..*",
        paramLabel = "FILE",
        description = "datasets merged before (.csv.gz with its .structures.jsonl.gz)")
    private List<Path> bootstrap = new ArrayList<>();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "the dataset; its name ends in .csv.gz")
    private Path out;

    @Option(
        names = "--report",
        paramLabel = "FILE",
        description = "counts of what was read, rejected and joined (default: merge_report.json)")
    private Path report;

    @Mixin private FilterOptions filter;

    @Override
    public Integer call() {
      if (records.isEmpty()
          && jarvis == null
          && materialsProject == null
          && idProp == null
          && bootstrap.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            "no source given: expected at least one of --records, --jarvis, --materials-project,"
                + " --id-prop, --bootstrap");
      }
      if (transport != null && materialsProject == null) {
        throw new ParameterException(
            spec.commandLine(), "--transport adds masses to --materials-project, which is missing");
      }
      Dataset.structuresFile(out);
      PrintWriter err = spec.commandLine().getErr();
      Progress progress = new Progress(err);
      Merger merger = new Merger(filter.filter(), Descriptors.byName("fingerprint"), progress);
      if (!records.isEmpty()) {
        merger.addRecords(records, round);
      }
      bootstrap.forEach(merger::addDataset);
      if (idProp != null) {
        merger.addIdProp(idProp);
      }
      if (materialsProject != null) {
        merger.addMaterialsProject(
            materialsProject, transport == null ? null : TransportTable.read(transport));
      }
      if (jarvis != null) {
        merger.addJarvis(jarvis);
      }
      Merger.Result result = merger.merge();
      if (result.records().isEmpty()) {
        throw new BadInputException(
            "nothing to write: no record of the sources has a label that the filters keep; the"
                + " lines above say why");
      }
      Dataset.write(out, result.records(), result.structures());
      AtomicFiles.writeString(
          report == null ? out.resolveSibling("merge_report.json") : report,
          result.report().toPrettyString() + "\n");
      result.summary().forEach(progress::line);
      return ExitCode.OK;
    }
  }

  /** The command {@code dataset fetch}. */
  @Command(
      name = "fetch",
      description = "Downloads public data: the only commands that use the network.",
      subcommands = {FetchJarvis.class, FetchMaterialsProject.class})
  static final class Fetch implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      throw new ParameterException(
          spec.commandLine(), "no source given: expected fetch jarvis or fetch materials-project");
    }
  }

  /** The command {@code dataset fetch jarvis}. */
  @Command(
      name = "jarvis",
      description = {
        "Downloads JARVIS-DFT dft_3d (40.8 MB), checks it, and keeps the records that have labels.",
        "A download that breaks off goes on where it stopped when the command is run again."
      })
  static final class FetchJarvis implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--url",
        defaultValue = JarvisFetch.URL,
        description = "where from (default: ${DEFAULT-VALUE})")
    private String url;

    @Option(
        names = "--archive",
        paramLabel = "FILE",
        description =
            "where the archive is kept (default: jdft_3d.json.zip beside the output); one that is"
                + " there and right is not downloaded again")
    private Path archive;

    @Option(
        names = "--size",
        paramLabel = "BYTES",
        description = "expected size (known for the default URL)")
    private Long size;

    @Option(
        names = "--md5",
        paramLabel = "HEX",
        description = "expected MD5 (known for the default URL)")
    private String md5;

    @Option(
        names = "--sha256",
        paramLabel = "HEX",
        description = "expected SHA-256 (known for the default URL)")
    private String sha256;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "the records kept (.jsonl.gz), for merge --jarvis")
    private Path out;

    @Option(
        names = "--report",
        paramLabel = "FILE",
        description = "what came, was checked and rejected (default: OUT.report.json)")
    private Path report;

    @Mixin private FilterOptions filter;

    @Override
    public Integer call() {
      JarvisFetch fetch = new JarvisFetch(new Progress(spec.commandLine().getErr()));
      Path kept = archive == null ? out.resolveSibling("jdft_3d.json.zip") : archive;
      ObjectNode result = fetch.download(url, kept, size, md5, sha256);
      result.set("records", fetch.convert(kept, filter.filter(), out));
      writeReport(report, out, result);
      return ExitCode.OK;
    }
  }

  /** The command {@code dataset fetch materials-project}. */
  @Command(
      name = "materials-project",
      description = {
        "Downloads stable semiconductors from the Materials Project. The API key is read from the"
            + " environment variable MP_API_KEY and from nowhere else.",
        "A download that breaks off goes on where it stopped when the command is run again."
      })
  static final class FetchMaterialsProject implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--url",
        defaultValue = MaterialsProjectFetch.URL,
        description = "the summary endpoint (default: ${DEFAULT-VALUE})")
    private String url;

    @Option(
        names = "--min-gap",
        defaultValue = "0.05",
        description = "smallest PBE gap (eV; default: ${DEFAULT-VALUE})")
    private double minGap;

    @Option(
        names = "--max-gap",
        defaultValue = "11.7",
        description = "largest PBE gap (eV; default: ${DEFAULT-VALUE})")
    private double maxGap;

    @Option(
        names = "--max-atoms",
        defaultValue = "50",
        description = "largest number of atoms in a cell (default: ${DEFAULT-VALUE})")
    private int maxAtoms;

    @Option(
        names = "--page-size",
        defaultValue = "1000",
        description = "materials a request, at most 1000 (default: ${DEFAULT-VALUE})")
    private int pageSize;

    @Option(
        names = "--transport",
        paramLabel = "CSV",
        description = "masses to join by id: columns mp_id,m_n,m_p (electron masses)")
    private Path transport;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "the rows (.jsonl.gz), for merge --materials-project")
    private Path out;

    @Option(
        names = "--report",
        paramLabel = "FILE",
        description = "what came and was rejected (default: OUT.report.json)")
    private Path report;

    @Override
    public Integer call() {
      if (pageSize < 1 || pageSize > 1000) {
        throw new ParameterException(
            spec.commandLine(), "--page-size " + pageSize + ": expected 1 to 1000");
      }
      TransportTable masses = transport == null ? null : TransportTable.read(transport);
      MaterialsProjectFetch fetch =
          new MaterialsProjectFetch(
              System.getenv(MaterialsProjectFetch.KEY_VARIABLE),
              new Progress(spec.commandLine().getErr()));
      ObjectNode result =
          fetch.fetch(
              new MaterialsProjectFetch.Query(url, minGap, maxGap, maxAtoms, pageSize),
              masses,
              out);
      writeReport(report, out, result);
      return ExitCode.OK;
    }
  }

  private static void writeReport(Path report, Path out, ObjectNode result) {
    AtomicFiles.writeString(
        report == null ? out.resolveSibling(out.getFileName() + ".report.json") : report,
        result.toPrettyString() + "\n");
  }
}
