package org.rlmaterials.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.espresso.DftRecord.BandStructure;
import org.rlmaterials.espresso.DftRecord.CarrierMass;

/** What the report draws of a band structure: bands, edges on the path, parabolas of the masses. */
final class BandFigure {
  /** ħ²/(2 mₑ) in eV Å². */
  private static final double HBAR2_OVER_2M = 3.809982;

  /** An edge is on the path if a point of the path has its energy to this (eV). */
  private static final double SAME_ENERGY_EV = 0.01;

  /** How far a parabola is drawn: to this energy from its edge (eV). */
  private static final double PARABOLA_EV = 1;

  private static final int PARABOLA_POINTS = 16;

  private BandFigure() {}

  /**
   * @param record a record with a band structure
   * @return the figure: keys as report.js reads them
   */
  static ObjectNode of(DftRecord record) {
    BandStructure bands = record.bandStructure();
    ObjectNode figure = JsonNodeFactory.instance.objectNode();
    double zero = record.vbm() == null ? 0 : record.vbm().energyEv();
    figure.put("zero_ev", zero);
    figure.put("occupied_bands", bands.occupiedBands());
    int n = bands.distances().size();
    ArrayNode distances = figure.putArray("distance_per_angstrom");
    ArrayNode labels = figure.putArray("labels");
    for (int i = 0; i < n; i++) {
      if (bands.segmentStarts().contains(i) && i > 0) {
        distances.add(bands.distances().get(i)); // the gap of a jump
      }
      distances.add(bands.distances().get(i));
      if (!bands.labels().get(i).isEmpty() && (i == 0 || !bands.segmentStarts().contains(i))) {
        labels
            .addObject()
            .put("label", bands.labels().get(i))
            .put("distance_per_angstrom", bands.distances().get(i));
      }
    }
    ArrayNode energies = figure.putArray("energies_ev");
    for (int band = 0; band < bands.energiesEv().get(0).size(); band++) {
      ArrayNode line = energies.addArray();
      for (int i = 0; i < n; i++) {
        if (bands.segmentStarts().contains(i) && i > 0) {
          line.addNull();
        }
        line.add(bands.energiesEv().get(i).get(band));
      }
    }
    ArrayNode edges = figure.putArray("edges");
    ArrayNode parabolas = figure.putArray("parabolas");
    if (record.cbm() != null) {
      mark(
          bands,
          bands.occupiedBands(),
          record.cbm().energyEv(),
          record.electron(),
          1,
          edges,
          parabolas);
    }
    if (record.vbm() != null) {
      mark(
          bands,
          bands.occupiedBands() - 1,
          record.vbm().energyEv(),
          record.hole(),
          -1,
          edges,
          parabolas);
    }
    return figure;
  }

  private static void mark(
      BandStructure bands,
      int band,
      double energy,
      CarrierMass mass,
      int sign,
      ArrayNode edges,
      ArrayNode parabolas) {
    List<Integer> places = new ArrayList<>();
    int n = bands.distances().size();
    for (int i = 0; i < n; i++) {
      double here = sign * bands.energiesEv().get(i).get(band);
      boolean least =
          (i == 0 || here <= sign * bands.energiesEv().get(i - 1).get(band))
              && (i == n - 1 || here <= sign * bands.energiesEv().get(i + 1).get(band));
      if (least && Math.abs(here - sign * energy) < SAME_ENERGY_EV) {
        places.add(i);
      }
    }
    for (int i : places) {
      edges
          .addObject()
          .put("distance_per_angstrom", bands.distances().get(i))
          .put("energy_ev", bands.energiesEv().get(i).get(band));
      if (mass == null || mass.tensor() == null) {
        continue;
      }
      for (int direction : new int[] {-1, 1}) {
        parabola(bands, i, direction, energy, mass.tensor(), sign, parabolas);
      }
    }
  }

  /** The parabola from a point to one side, as far as its stretch of the path is straight. */
  private static void parabola(
      BandStructure bands,
      int from,
      int direction,
      double energy,
      List<List<Double>> inverseMass,
      int sign,
      ArrayNode parabolas) {
    int next = from + direction;
    int n = bands.distances().size();
    if (next < 0 || next >= n || bands.segmentStarts().contains(Math.max(from, next))) {
      return;
    }
    double[] d = new double[3];
    double length = 0;
    for (int x = 0; x < 3; x++) {
      d[x] = bands.kPoints().get(next).get(x) - bands.kPoints().get(from).get(x);
      length += d[x] * d[x];
    }
    length = Math.sqrt(length);
    int end = next;
    while (bands.labels().get(end).isEmpty() && end + direction >= 0 && end + direction < n) {
      end += direction;
    }
    double reach = Math.abs(bands.distances().get(end) - bands.distances().get(from));
    double curvature = 0;
    for (int x = 0; x < 3; x++) {
      for (int y = 0; y < 3; y++) {
        curvature += d[x] / length * inverseMass.get(x).get(y) * d[y] / length;
      }
    }
    if (Math.abs(curvature) > 0) {
      reach = Math.min(reach, Math.sqrt(PARABOLA_EV / (HBAR2_OVER_2M * Math.abs(curvature))));
    }
    ObjectNode line = parabolas.addObject();
    ArrayNode distances = line.putArray("distance_per_angstrom");
    ArrayNode energies = line.putArray("energy_ev");
    for (int p = 0; p <= PARABOLA_POINTS; p++) {
      double q = reach * p / PARABOLA_POINTS;
      distances.add(bands.distances().get(from) + direction * q);
      energies.add(energy + sign * HBAR2_OVER_2M * curvature * q * q);
    }
  }
}
