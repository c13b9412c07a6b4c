package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rlmaterials.errors.BadInputException;

class UpfHeaderTest {
  /** Layout of version 2, blanks in the symbol as ld1.x writes them. */
  private static final String VERSION_2 =
      "<UPF version=\"2.0.1\">\n<PP_HEADER generated=\"x\" date=\"24Nov2026\" element=\" C\""
          + " pseudo_type=\"USPP\" functional=\"PBE\" z_valence=\"4.0000000000000000\""
          + " wfc_cutoff=\"4.01867D+01\" rho_cutoff=\"326.26\"/>\n</UPF>";

  /** Layout of version 1: one value a line. */
  private static final String VERSION_1 =
      """
      <PP_HEADER>
         0                   Version Number
        Ge                   Element
         US                  Ultrasoft pseudopotential
          T                  Nonlinear Core Correction
       SLA  PW   PBE  PBE    PBE  Exchange-Correlation functional
         14.00000000000      Z valence
       -213.00000000000      Total energy
        0.0000000  0.0000000 Suggested cutoff for wfc and rho
      </PP_HEADER>
      """;

  @Test
  void readsVersion2() {
    UpfHeader header = UpfHeader.parse(VERSION_2, "C.UPF");
    assertThat(header).isEqualTo(new UpfHeader("C", 4, "USPP", "PBE", 40.1867, 326.26));
  }

  @Test
  void readsVersion1WithoutCutoffs() {
    UpfHeader header = UpfHeader.parse(VERSION_1, "ge.UPF");
    assertThat(header.element()).isEqualTo("Ge");
    assertThat(header.valence()).isEqualTo(14);
    assertThat(header.type()).isEqualTo("US");
    assertThat(header.functional()).contains("PBE");
    assertThat(header.wavefunctionCutoffRy()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "PBE,true",
    "SLA PW PBX PBC,true",
    "' SLA  PW   PBE  PBE    PBE',true",
    "SLA-PW-PBX-PBC,true",
    "PBESOL,false",
    "SLA PW PSX PSC,false",
    "SLA PZ NOGX NOGC,false",
    "SLA PW RPB PBC,false",
    "'',false"
  })
  void knowsTheNamesOfPbe(String functional, boolean pbe) {
    assertThat(new UpfHeader("C", 4, "NC", functional.strip(), 40, 160).isPbe()).isEqualTo(pbe);
  }

  @Test
  void refusesWhatIsNoPseudopotential() {
    assertThatThrownBy(() -> UpfHeader.parse("hello", "x.UPF"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("x.UPF")
        .hasMessageContaining("PP_HEADER");
    assertThatThrownBy(() -> UpfHeader.parse(VERSION_2.replace("z_valence", "z"), "x.UPF"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("z_valence");
    assertThatThrownBy(() -> UpfHeader.parse(VERSION_1.replace("</PP_HEADER>", ""), "cut.UPF"))
        .isInstanceOf(BadInputException.class);
  }

  @Test
  void theDayIsTakenOut() {
    String dated = "    Generation date: 24Nov2026\n" + VERSION_2;
    String other = dated.replace("24Nov2026", "01Jan2030");
    assertThat(PseudopotentialGenerator.withoutDate(dated))
        .isEqualTo(PseudopotentialGenerator.withoutDate(other))
        .doesNotContain("2026");
  }
}
