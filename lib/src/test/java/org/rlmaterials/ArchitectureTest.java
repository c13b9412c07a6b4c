package org.rlmaterials;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The physics knows nothing of the command line, neural networks, files or processes. */
class ArchitectureTest {
  private static final String[] PHYSICS = {
    "org.rlmaterials.crystal..", "org.rlmaterials.bands..", "org.rlmaterials.fingerprint.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.rlmaterials");

  @Test
  void physicsKnowsNoCommandLineNetworkFileOrProcess() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(PHYSICS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.rlmaterials.cli..",
                "org.rlmaterials.files..",
                "picocli..",
                "ai.djl..",
                "java.nio.file..",
                "java.net..")
            .orShould()
            .dependOnClassesThat(
                describe(
                    "are files or processes",
                    (JavaClass c) ->
                        c.isEquivalentTo(java.io.File.class)
                            || c.isEquivalentTo(java.io.FileInputStream.class)
                            || c.isEquivalentTo(java.io.FileOutputStream.class)
                            || c.isEquivalentTo(java.io.RandomAccessFile.class)
                            || c.isEquivalentTo(ProcessBuilder.class)
                            || c.isEquivalentTo(Process.class)
                            || c.isEquivalentTo(Runtime.class)));
    rule.check(CLASSES);
  }

  @Test
  void crystalIsBelowEverything() {
    noClasses()
        .that()
        .resideInAPackage("org.rlmaterials.crystal..")
        .should()
        .dependOnClassesThat(
            describe(
                "are ours, outside crystal and errors",
                (JavaClass c) ->
                    c.getPackageName().startsWith("org.rlmaterials.")
                        && !c.getPackageName().startsWith("org.rlmaterials.crystal")
                        && !c.getPackageName().startsWith("org.rlmaterials.errors")))
        .check(CLASSES);
  }

  @Test
  void onlySymmetryCallsNativeCode() {
    noClasses()
        .that()
        .resideInAPackage("org.rlmaterials..")
        .and(
            describe(
                "are not Symmetry",
                (JavaClass c) -> !c.getName().startsWith("org.rlmaterials.crystal.Symmetry")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(CLASSES);
  }
}
