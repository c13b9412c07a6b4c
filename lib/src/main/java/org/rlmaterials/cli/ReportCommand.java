package org.rlmaterials.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.report.HtmlReport;
import org.rlmaterials.report.ReportData;
import org.rlmaterials.report.ReportSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code report}. */
@Command(
    name = "report",
    description =
        "Writes the report of a run as one HTML file that needs no network, with report.json,"
            + " candidates.csv and the candidates' CIF files beside it.")
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--run",
      required = true,
      description = "results folder of a run; any stage may be missing")
  private Path run;

  @Option(
      names = "--search",
      paramLabel = "FILE",
      description =
          "comparison of search methods, as 'make bench-search' writes it (CSV; default:"
              + " search_comparison.csv in the results folder, if it is there)")
  private Path search;

  @Option(names = "--out", required = true, description = "the report, an HTML file")
  private Path out;

  @Override
  public Integer call() throws IOException {
    ReportData data = ReportData.of(run, search, Version.current());
    AtomicFiles.writeString(out, HtmlReport.render(data));
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    AtomicFiles.writeString(
        out.resolveSibling("report.json"), mapper.writeValueAsString(data.json()) + "\n");
    AtomicFiles.writeString(out.resolveSibling("candidates.csv"), data.candidatesCsv());
    data.cifFiles()
        .forEach(
            (name, text) ->
                AtomicFiles.write(
                    out.resolveSibling("cif").resolve(name),
                    stream -> stream.write(text.getBytes(StandardCharsets.UTF_8))));
    PrintWriter text = spec.commandLine().getOut();
    ReportSummary.lines(data).forEach(text::println);
    text.printf("Report: %s (%.1f MB)%n", out, Files.size(out) / 1e6);
    return ExitCode.OK;
  }
}
