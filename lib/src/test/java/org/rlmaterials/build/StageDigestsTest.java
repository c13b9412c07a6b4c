package org.rlmaterials.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small programs, compiled here, whose reach is known. */
class StageDigestsTest {
  private static final String DFT = "org/rlmaterials/cli/DftCommand";
  private static final String PPO = "org/rlmaterials/cli/PpoCommand";

  @TempDir private Path folder;
  private Path classes;
  private Path jars;

  @BeforeEach
  void program() throws IOException {
    classes = Files.createDirectories(folder.resolve("classes"));
    jars = Files.createDirectories(folder.resolve("jars"));
    compile("cli.DftCommand", "class DftCommand { Object o = new org.rlmaterials.a.Shared(); }");
    compile(
        "cli.PpoCommand", "class PpoCommand { int f() { return org.rlmaterials.rl.Agent.f(); } }");
    compile("cli.Main", "class Main { Object[] o = {new DftCommand(), new PpoCommand()}; }");
    compile(
        "a.Shared", "public class Shared { String s = \"/org/rlmaterials/data/elements.csv\"; }");
    compile("rl.Agent", "public class Agent { public static int f() { return 1; } }");
    write("org/rlmaterials/data/elements.csv", "H");
    write("org/rlmaterials/data/seeds.csv", "Si");
  }

  @Test
  void aClassOfPpoChangesTheDigestOfPpoAlone() throws IOException {
    String dft = digest(DFT);
    String ppo = digest(PPO);
    compile("rl.Agent", "public class Agent { public static int f() { return 2; } }");
    assertThat(digest(DFT)).isEqualTo(dft);
    assertThat(digest(PPO)).isNotEqualTo(ppo);
  }

  @Test
  void sameSourcesSameDigests() throws IOException {
    String dft = digest(DFT);
    compile("cli.DftCommand", "class DftCommand { Object o = new org.rlmaterials.a.Shared(); }");
    assertThat(digest(DFT)).isEqualTo(dft).matches("[0-9a-f]{64}");
  }

  @Test
  void commentsAndLineNumbersDoNotCount() throws IOException {
    String dft = digest(DFT);
    compile(
        "cli.DftCommand",
        "// A comment.\n\n class DftCommand {\n Object o =\n new org.rlmaterials.a.Shared(); }");
    assertThat(digest(DFT)).isEqualTo(dft);
  }

  @Test
  void aResourceCountsWhereItIsNamed() throws IOException {
    String dft = digest(DFT);
    String ppo = digest(PPO);
    write("org/rlmaterials/data/elements.csv", "He");
    assertThat(digest(DFT)).isNotEqualTo(dft);
    assertThat(digest(PPO)).isEqualTo(ppo);
    dft = digest(DFT);
    write("org/rlmaterials/data/seeds.csv", "Ge");
    assertThat(digest(DFT)).isEqualTo(dft);
  }

  @Test
  void aResourceBesideAReachedClassCounts() throws IOException {
    String ppo = digest(PPO);
    write("org/rlmaterials/rl/settings.json", "{}");
    assertThat(digest(PPO)).isNotEqualTo(ppo);
  }

  @Test
  void classesReachedByNestingLambdasAndReflectionCount() throws IOException {
    compile(
        "cli.PpoCommand",
        """
        class PpoCommand {
          static class Train {
            Runnable r = () -> System.out.println(new org.rlmaterials.a.Shared());
          }
          Class<?> c() throws Exception { return Class.forName("org.rlmaterials.rl.Agent"); }
        }
        """);
    assertThat(new StageDigests(classes, jars).reachOf(List.of(PPO)).classes())
        .containsExactlyInAnyOrder(
            PPO, PPO + "$Train", "org/rlmaterials/a/Shared", "org/rlmaterials/rl/Agent");
  }

  @Test
  void theCommandLineItselfIsNotWalkedThrough() throws IOException {
    compile("rl.Agent", "public class Agent { public static int f() { return 1; } }");
    compile(
        "cli.PpoCommand",
        "class PpoCommand { Main m; int f() { return org.rlmaterials.rl.Agent.f(); } }");
    assertThat(new StageDigests(classes, jars).reachOf(List.of(PPO)).classes())
        .containsExactlyInAnyOrder(PPO, "org/rlmaterials/rl/Agent");
  }

  @Test
  void aJarCountsWhereItIsCalledAndBehindAnotherJar() throws IOException {
    jar("near-1.jar", "near.Near", "public class Near { Object o = new far.Far(); }");
    jar("far-1.jar", "far.Far", "public class Far { }");
    jar("unused-1.jar", "unused.Unused", "public class Unused { }");
    compile(
        "rl.Agent",
        "public class Agent { static near.Near n; public static int f() { return 1; } }");
    String dft = digest(DFT);
    String ppo = digest(PPO);
    assertThat(new StageDigests(classes, jars).reachOf(List.of(PPO)).jars())
        .extracting(j -> j.getFileName().toString())
        .containsExactly("far-1.jar", "near-1.jar");
    jar("far-1.jar", "far.Far", "public class Far { int changed; }");
    assertThat(digest(PPO)).isNotEqualTo(ppo);
    assertThat(digest(DFT)).isEqualTo(dft);
  }

  private String digest(String root) throws IOException {
    return new StageDigests(classes, jars).of(List.of(root));
  }

  private void write(String resource, String text) throws IOException {
    Path file = classes.resolve(resource);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void compile(String name, String source) throws IOException {
    int dot = name.lastIndexOf('.');
    compileTo(
        classes, "org.rlmaterials." + name.substring(0, dot), name.substring(dot + 1), source);
  }

  private void jar(String file, String name, String source) throws IOException {
    int dot = name.lastIndexOf('.');
    Path out = Files.createTempDirectory(folder, "jar");
    compileTo(out, name.substring(0, dot), name.substring(dot + 1), source);
    String entry = name.replace('.', '/') + ".class";
    // The class must also be on the compiler's class path, but not among our own classes.
    Path library = Files.createDirectories(folder.resolve("library").resolve(entry).getParent());
    Files.write(
        library.resolve(name.substring(dot + 1) + ".class"),
        Files.readAllBytes(out.resolve(entry)));
    try (OutputStream bytes = Files.newOutputStream(jars.resolve(file));
        JarOutputStream jar = new JarOutputStream(bytes)) {
      jar.putNextEntry(new JarEntry(entry));
      jar.write(Files.readAllBytes(out.resolve(entry)));
    }
  }

  private void compileTo(Path out, String packageName, String simpleName, String source)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    units.add(new Source(simpleName, "package " + packageName + ";\n" + source));
    // What a source refers to may come later in a test: sources without it are given empty.
    for (String[] other :
        new String[][] {
          {"org.rlmaterials.a", "Shared", "public class Shared {}"},
          {
            "org.rlmaterials.rl",
            "Agent",
            "public class Agent { public static int f() { return 0; } }"
          },
          {"far", "Far", "public class Far {}"}
        }) {
      boolean there =
          Files.exists(classes.resolve(other[0].replace('.', '/') + "/" + other[1] + ".class"))
              || other[1].equals(simpleName);
      if (!there) {
        units.add(new Source(other[1], "package " + other[0] + ";\n" + other[2]));
      }
    }
    StringWriter messages = new StringWriter();
    Path scratch = Files.createTempDirectory(folder, "out");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      String path = classes + ":" + folder.resolve("library");
      boolean ok =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-g", "-proc:none", "-cp", path, "-d", scratch.toString()),
                  null,
                  units)
              .call();
      assertThat(ok).as(messages.toString()).isTrue();
    }
    Path packageFolder = scratch.resolve(packageName.replace('.', '/'));
    Path target = Files.createDirectories(out.resolve(packageName.replace('.', '/')));
    try (var compiled = Files.list(packageFolder)) {
      for (Path file : compiled.toList()) {
        String n = file.getFileName().toString();
        if (n.equals(simpleName + ".class") || n.startsWith(simpleName + "$")) {
          Files.write(target.resolve(n), Files.readAllBytes(file));
        }
      }
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
