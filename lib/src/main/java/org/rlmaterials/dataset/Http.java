package org.rlmaterials.dataset;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;
import org.rlmaterials.files.Progress;

/**
 * Requests that are tried again while the server is busy or the connection breaks, after the time
 * the server asks for (Retry-After) or else after 1, 2, 4, ... s.
 */
final class Http {
  /** Refusals after which trying again makes sense, as after every failure of a server (5xx). */
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final HttpClient client;
  private final Patience patience;
  private final Progress progress;

  /**
   * How long to go on.
   *
   * @param attempts how often in all
   * @param firstDelay wait after the first failure; doubled after each further one
   * @param stall how long no byte may come before the connection counts as broken
   */
  record Patience(int attempts, Duration firstDelay, Duration stall) {
    static final Patience DEFAULT = new Patience(7, Duration.ofSeconds(1), Duration.ofSeconds(60));
  }

  /**
   * @param redirects whether to follow redirects: never where a request carries a key
   * @param patience how long to go on
   * @param progress where waiting is told
   */
  Http(HttpClient.Redirect redirects, Patience patience, Progress progress) {
    this.client =
        HttpClient.newBuilder()
            .followRedirects(redirects)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    this.patience = patience;
    this.progress = progress;
  }

  HttpClient client() {
    return client;
  }

  Patience patience() {
    return patience;
  }

  /** Something that may go well at the next attempt. */
  static final class PassingFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Duration wait;

    /**
     * @param message what happened, without anything secret
     * @param wait how long the server asks to wait; null if it does not say
     * @param cause the underlying failure, or null
     */
    PassingFailure(String message, Duration wait, Throwable cause) {
      super(message, cause);
      this.wait = wait;
    }
  }

  /**
   * Tries until it goes well or patience is over.
   *
   * @param what what is done, for messages
   * @param attempt one attempt
   * @return its result
   * @throws TransientException if the last attempt failed too
   * @throws IOException if it is not the server that failed: a disk that is full
   */
  <T> T retry(String what, CheckedSupplier<T> attempt) throws IOException {
    RetryPolicy<T> policy =
        RetryPolicy.<T>builder()
            .handle(PassingFailure.class)
            .withMaxAttempts(patience.attempts())
            .withBackoff(patience.firstDelay(), patience.firstDelay().multipliedBy(64))
            .withDelayFnOn(
                failure ->
                    // A negative delay means: as configured above.
                    failure.getLastException() instanceof PassingFailure passing
                            && passing.wait != null
                        ? passing.wait
                        : Duration.ofNanos(-1),
                PassingFailure.class)
            .onRetryScheduled(
                event ->
                    progress.line(
                        String.format(
                            "%s: %s; trying again in %.0f s",
                            what,
                            event.getLastException().getMessage(),
                            event.getDelay().toMillis() / 1e3)))
            .build();
    try {
      return Failsafe.with(policy).get(attempt);
    } catch (FailsafeException e) {
      if (e.getCause() instanceof PassingFailure) {
        throw new TransientException(
            what
                + ": "
                + e.getCause().getMessage()
                + "; given up after "
                + patience.attempts()
                + " attempts: run the same command later, it goes on from here",
            e.getCause());
      }
      if (e.getCause() instanceof IOException local) {
        throw local;
      }
      throw e;
    }
  }

  /**
   * Sorts out answers that are not what was asked for.
   *
   * @param response an answer that is not 2xx
   * @param uri what was asked for
   * @return the failure to throw if it may pass
   * @throws BadInputException if trying again would not help
   */
  static PassingFailure failure(HttpResponse<?> response, URI uri) {
    int status = response.statusCode();
    if (PASSING.contains(status) || status / 100 == 5) {
      Duration wait = retryAfter(response).orElse(null);
      if (wait != null && wait.compareTo(LONGEST_WAIT) > 0) {
        throw new TransientException(
            display(uri)
                + ": HTTP "
                + status
                + ": the server asks to wait "
                + wait.toSeconds()
                + " s: run the same command again then",
            null);
      }
      return new PassingFailure("HTTP " + status, wait, null);
    }
    throw new BadInputException(
        display(uri)
            + ": HTTP "
            + status
            + (status / 100 == 3 ? " (a redirect, which is not followed here)" : "")
            + ": check the URL");
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .flatMap(
            value -> {
              try {
                return Optional.of(Duration.ofSeconds(Long.parseLong(value.strip())));
              } catch (NumberFormatException e) {
                return untilDate(value);
              }
            })
        .map(d -> d.isNegative() ? Duration.ZERO : d);
  }

  private static Optional<Duration> untilDate(String value) {
    try {
      Instant then =
          ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(Instant.now(), then));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * @param uri an address
   * @return it without user and query, which may hold what is not for a log
   */
  static String display(URI uri) {
    return uri.getScheme()
        + "://"
        + uri.getHost()
        + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
        + uri.getPath();
  }

  /**
   * @param url an address given by a user
   * @return the address
   * @throws BadInputException if it is not an http or https URL
   */
  static URI parse(String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without the address, which may be a key pasted in the wrong place.
    }
    throw new BadInputException("--url: expected an address that starts with https://");
  }
}
