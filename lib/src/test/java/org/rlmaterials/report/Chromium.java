package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page in a real headless Chromium, driven over its DevTools protocol. Collects everything that
 * goes wrong in the page: console errors, exceptions, requests that leave it.
 */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/bin/chromium"));
  }

  Chromium() throws Exception {
    profile = Files.createTempDirectory("chromium");
    process =
        new ProcessBuilder(
                "/usr/bin/chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--use-gl=angle",
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("log.txt").toFile())
            .start();
    Path portFile = profile.resolve("DevToolsActivePort");
    for (int i = 0; i < 600 && !(Files.exists(portFile) && Files.size(portFile) > 0); i++) {
      Thread.sleep(50);
    }
    String port = Files.readAllLines(portFile).get(0);
    HttpClient http = HttpClient.newHttpClient();
    JsonNode targets =
        MAPPER.readTree(
            http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json"))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
    String page = null;
    for (JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        page = target.path("webSocketDebuggerUrl").asText();
      }
    }
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(page), new Listener())
            .get(20, TimeUnit.SECONDS);
    send("Page.enable", JsonNodeFactory.instance.objectNode());
    send("Runtime.enable", JsonNodeFactory.instance.objectNode());
    send("Log.enable", JsonNodeFactory.instance.objectNode());
    send("Network.enable", JsonNodeFactory.instance.objectNode());
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        try {
          receive(MAPPER.readTree(message.toString()));
        } catch (IOException e) {
          troubles.add("not understood: " + message);
        }
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void receive(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = pending.remove(message.path("id").asInt());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    JsonNode params = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown" -> troubles.add(params.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning", "assert").contains(params.path("type").asText())) {
          troubles.add(params.path("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        if (params.path("entry").path("level").asText().equals("error")) {
          troubles.add(params.path("entry").toString());
        }
      }
      case "Network.requestWillBeSent" -> requests.add(params.path("request").path("url").asText());
      case "Page.javascriptDialogOpening" -> troubles.add("a dialog opened: " + params);
      default -> {}
    }
  }

  JsonNode send(String method, ObjectNode params) throws Exception {
    int id = lastId.incrementAndGet();
    ObjectNode message = JsonNodeFactory.instance.objectNode().put("id", id).put("method", method);
    message.set("params", params);
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    socket.sendText(message.toString(), true).get(20, TimeUnit.SECONDS);
    JsonNode received = answer.get(60, TimeUnit.SECONDS);
    if (received.has("error")) {
      throw new IllegalStateException(method + ": " + received.path("error"));
    }
    return received.path("result");
  }

  /** Shows a file in a window of a size, in dark or light. */
  void open(Path file, int width, int height, boolean dark) throws Exception {
    ObjectNode size = JsonNodeFactory.instance.objectNode();
    size.put("width", width).put("height", height).put("deviceScaleFactor", 1);
    size.put("mobile", width < 600);
    send("Emulation.setDeviceMetricsOverride", size);
    ObjectNode media = JsonNodeFactory.instance.objectNode();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    send("Emulation.setEmulatedMedia", media);
    send(
        "Page.navigate", JsonNodeFactory.instance.objectNode().put("url", file.toUri().toString()));
    waitFor("document.documentElement && document.documentElement.dataset.ready === 'true'");
  }

  /** Evaluates an expression and gives its value; promises are waited for. */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    params.put("expression", expression).put("returnByValue", true).put("awaitPromise", true);
    JsonNode result = send("Runtime.evaluate", params);
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  void waitFor(String condition) throws Exception {
    for (int i = 0; i < 300; i++) {
      if (evaluate("Boolean(" + condition + ")").asBoolean()) {
        return;
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("never came true: " + condition);
  }

  void key(String key) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      ObjectNode params = JsonNodeFactory.instance.objectNode().put("type", type).put("key", key);
      int code = Map.of("Enter", 13, "Tab", 9, "ArrowRight", 39).getOrDefault(key, 0);
      params.put("windowsVirtualKeyCode", code).put("code", key);
      if (key.equals("Enter") && type.equals("keyDown")) {
        params.put("text", "\r");
      }
      send("Input.dispatchKeyEvent", params);
    }
  }

  /** The whole page as pictures NAME-1.png, NAME-2.png, ...: one would be too tall to be drawn. */
  void screenshots(Path folder, String name) throws Exception {
    final int tallest = 2000;
    JsonNode size =
        send("Page.getLayoutMetrics", JsonNodeFactory.instance.objectNode()).path("cssContentSize");
    int height = size.path("height").asInt();
    Files.createDirectories(folder);
    for (int top = 0, number = 1; top < height; top += tallest, number++) {
      ObjectNode params = JsonNodeFactory.instance.objectNode().put("format", "png");
      params.put("captureBeyondViewport", true);
      ObjectNode clip = params.putObject("clip").put("x", 0).put("y", top).put("scale", 1);
      clip.set("width", size.path("width"));
      clip.put("height", Math.min(tallest, height - top));
      Files.write(
          folder.resolve(name + "-" + number + ".png"),
          Base64.getDecoder().decode(send("Page.captureScreenshot", params).path("data").asText()));
    }
  }

  void pdf(Path target) throws Exception {
    ObjectNode params = JsonNodeFactory.instance.objectNode().put("printBackground", true);
    Files.write(
        target, Base64.getDecoder().decode(send("Page.printToPDF", params).path("data").asText()));
  }

  List<String> troubles() {
    return List.copyOf(troubles);
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    try (java.util.stream.Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
