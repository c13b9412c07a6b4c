package org.rlmaterials.build;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.rlmaterials.files.AtomicFiles;

/**
 * One SHA-256 a pipeline stage, of the code that stage can reach: our classes from its commands on,
 * the resources they use, and the third-party jars they call. The pipeline puts it into the hash of
 * each task, so that {@code -resume} runs again what a change of code concerns, and nothing else.
 *
 * <p>A class counts as reached when its name stands anywhere in the constant pool of a reached
 * class, also as text, so calls by reflection are seen. Line numbers and parameter names are left
 * out: a comment changes no digest.
 */
public final class StageDigests {
  private static final String OURS = "org/rlmaterials/";

  /** Where every command meets; walking through it would join all stages. */
  private static final Set<String> NOT_FOLLOWED = Set.of(OURS + "cli/Main");

  /** The commands of each stage, by class name. */
  private static final Map<String, List<String>> COMMANDS =
      new TreeMap<>(
          Map.of(
              "pseudopotentials", List.of("cli/PseudopotentialsCommand"),
              "seeds", List.of("cli/SeedsCommand"),
              "dft", List.of("cli/DftCommand"),
              "dataset", List.of("cli/DatasetCommand"),
              "surrogate", List.of("cli/SurrogateCommand"),
              "ppo", List.of("cli/PpoCommand"),
              "candidates", List.of("cli/CandidatesCommand"),
              "validation", List.of("cli/ValidationCommand"),
              "report", List.of("cli/ReportCommand")));

  private static final Pattern CLASS_NAME = Pattern.compile("[A-Za-z_][\\w$]*(?:[./][\\w$]+)+");

  /** The program's class files by internal name, without debug information. */
  private final NavigableMap<String, byte[]> classes = new TreeMap<>();

  /** The other files of the program by path in the jar. */
  private final NavigableMap<String, byte[]> resources = new TreeMap<>();

  /** Which third-party jar holds a class. */
  private final Map<String, Path> jarOfClass = new TreeMap<>();

  private final NavigableSet<Path> jars = new TreeSet<>();
  private final Map<Path, NavigableSet<Path>> jarsBehindJar = new TreeMap<>();
  private final Map<Path, String> jarDigests = new TreeMap<>();

  /**
   * Reads the program.
   *
   * @param classesFolder compiled classes and resources
   * @param jarFolder third-party jars
   * @throws IOException when a file cannot be read
   */
  public StageDigests(Path classesFolder, Path jarFolder) throws IOException {
    try (Stream<Path> files = Files.walk(classesFolder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = classesFolder.relativize(file).toString().replace('\\', '/');
        byte[] content = Files.readAllBytes(file);
        if (name.endsWith(".class")) {
          classes.put(name.substring(0, name.length() - 6), withoutDebugInformation(content));
        } else {
          resources.put(name, content);
        }
      }
    }
    try (Stream<Path> files = Files.list(jarFolder)) {
      files.filter(f -> f.toString().endsWith(".jar")).forEach(jars::add);
    }
    for (Path jar : jars) {
      try (JarFile content = new JarFile(jar.toFile())) {
        content.stream()
            .map(JarEntry::getName)
            .filter(n -> n.endsWith(".class") && !n.startsWith("META-INF/"))
            .forEach(n -> jarOfClass.putIfAbsent(n.substring(0, n.length() - 6), jar));
      }
    }
  }

  /**
   * Writes the digests as JSON, stage to hexadecimal SHA-256.
   *
   * @param args folder of classes, folder of third-party jars, file to write
   * @throws IOException when a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    StageDigests digests = new StageDigests(Path.of(args[0]), Path.of(args[1]));
    NavigableMap<String, String> result = new TreeMap<>();
    COMMANDS.forEach(
        (stage, commands) -> {
          List<String> names = commands.stream().map(c -> OURS + c).toList();
          result.put(stage, digests.of(names));
        });
    String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result);
    AtomicFiles.writeString(Path.of(args[2]), json + "\n");
  }

  /**
   * The digest of what some classes can reach.
   *
   * @param roots internal names of classes, such as {@code org/rlmaterials/cli/DftCommand}
   * @return SHA-256, hexadecimal
   */
  public String of(List<String> roots) {
    Reach reach = reachOf(roots);
    MessageDigest digest = sha256();
    for (String name : reach.classes()) {
      add(digest, "class " + name, classes.get(name));
    }
    for (String name : reach.resources()) {
      add(digest, "resource " + name, resources.get(name));
    }
    for (Path jar : reach.jars()) {
      String line = "jar " + jar.getFileName();
      add(digest, line, digestOf(jar).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * What a stage's code consists of.
   *
   * @param classes internal names of our classes
   * @param resources paths in the jar
   * @param jars third-party jars
   */
  public record Reach(
      NavigableSet<String> classes, NavigableSet<String> resources, NavigableSet<Path> jars) {}

  /**
   * Follows names from class to class.
   *
   * @param roots internal names of classes; a name that is not there is passed over
   * @return everything reached, the roots included
   */
  public Reach reachOf(List<String> roots) {
    NavigableSet<String> reached = new TreeSet<>();
    NavigableSet<Path> reachedJars = new TreeSet<>();
    NavigableSet<String> texts = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!classes.containsKey(name) || NOT_FOLLOWED.contains(name) || !reached.add(name)) {
        continue;
      }
      for (String text : constants(classes.get(name))) {
        texts.add(text);
        for (String mentioned : classNamesIn(text)) {
          if (classes.containsKey(mentioned)) {
            open.push(mentioned);
          } else if (jarOfClass.containsKey(mentioned)) {
            reachedJars.add(jarOfClass.get(mentioned));
          }
        }
      }
    }
    return new Reach(reached, resourcesOf(reached, texts), closure(reachedJars));
  }

  /** Resources beside a reached class, and those whose file name a reached class mentions. */
  private NavigableSet<String> resourcesOf(Set<String> reached, Set<String> texts) {
    Set<String> packages = new TreeSet<>();
    reached.forEach(c -> packages.add(c.substring(0, c.lastIndexOf('/') + 1)));
    NavigableSet<String> found = new TreeSet<>();
    for (String resource : resources.keySet()) {
      String folder = resource.substring(0, resource.lastIndexOf('/') + 1);
      String file = resource.substring(folder.length());
      if (packages.contains(folder) || texts.stream().anyMatch(t -> t.endsWith(file))) {
        found.add(resource);
      }
    }
    return found;
  }

  /** Jars that jars call, and all of DJL's engine, which DJL finds by service files. */
  private NavigableSet<Path> closure(Set<Path> start) {
    NavigableSet<Path> all = new TreeSet<>();
    Deque<Path> open = new ArrayDeque<>(start);
    while (!open.isEmpty()) {
      Path jar = open.pop();
      if (all.add(jar)) {
        open.addAll(jarsBehindJar.computeIfAbsent(jar, this::jarsCalledBy));
      }
    }
    return all;
  }

  private NavigableSet<Path> jarsCalledBy(Path jar) {
    NavigableSet<Path> called = new TreeSet<>();
    try (JarFile content = new JarFile(jar.toFile())) {
      if (content.getEntry("ai/djl/engine/Engine.class") != null) {
        jars.stream()
            .filter(j -> j.getFileName().toString().startsWith("pytorch-"))
            .forEach(called::add);
      }
      for (JarEntry entry : content.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        try (InputStream in = content.getInputStream(entry)) {
          for (String text : constants(in.readAllBytes())) {
            for (String mentioned : classNamesIn(text)) {
              Path other = jarOfClass.get(mentioned);
              if (other != null) {
                called.add(other);
              }
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return called;
  }

  private String digestOf(Path jar) {
    return jarDigests.computeIfAbsent(
        jar,
        j -> {
          MessageDigest digest = sha256();
          byte[] buffer = new byte[1 << 16];
          try (InputStream in = Files.newInputStream(j)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              digest.update(buffer, 0, n);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return HexFormat.of().formatHex(digest.digest());
        });
  }

  private static byte[] withoutDebugInformation(byte[] classFile) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(classFile).accept(writer, ClassReader.SKIP_DEBUG);
    return writer.toByteArray();
  }

  /** Every text of a class file's constant pool: class names, descriptors, string literals. */
  private static NavigableSet<String> constants(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    char[] buffer = new char[reader.getMaxStringLength()];
    NavigableSet<String> texts = new TreeSet<>();
    for (int i = 1; i < reader.getItemCount(); i++) {
      int offset = reader.getItem(i);
      // 1 is the tag of a text; the slot after a long or a double has no offset.
      if (offset > 0 && reader.readByte(offset - 1) == 1) {
        texts.add(utf8(reader, offset, buffer));
      }
    }
    return texts;
  }

  private static String utf8(ClassReader reader, int offset, char[] buffer) {
    int length = reader.readUnsignedShort(offset);
    int chars = 0;
    int at = offset + 2;
    int end = at + length;
    while (at < end) {
      int b = reader.readByte(at++);
      if ((b & 0x80) == 0) {
        buffer[chars++] = (char) b;
      } else if ((b & 0xE0) == 0xC0) {
        buffer[chars++] = (char) (((b & 0x1F) << 6) | (reader.readByte(at++) & 0x3F));
      } else {
        int second = reader.readByte(at++);
        int third = reader.readByte(at++);
        buffer[chars++] = (char) (((b & 0xF) << 12) | ((second & 0x3F) << 6) | (third & 0x3F));
      }
    }
    return new String(buffer, 0, chars);
  }

  /** Names that may be classes: in a descriptor ({@code (La/b/C;)V}), internal, or with dots. */
  private static NavigableSet<String> classNamesIn(String text) {
    NavigableSet<String> names = new TreeSet<>();
    Matcher matcher = CLASS_NAME.matcher(text);
    while (matcher.find()) {
      String name = matcher.group().replace('.', '/');
      names.add(name);
      // In a descriptor the name follows an L, perhaps behind primitive types: (IJLa/b/C;)V
      for (int l = name.indexOf('L');
          l >= 0 && l < name.indexOf('/');
          l = name.indexOf('L', l + 1)) {
        names.add(name.substring(l + 1));
      }
    }
    return names;
  }

  private static void add(MessageDigest digest, String name, byte[] content) {
    digest.update((name + " " + content.length + "\n").getBytes(StandardCharsets.UTF_8));
    digest.update(content);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
