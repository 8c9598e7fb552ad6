import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes the manual page out of what `--help` says, so that neither tells what the other does not.
///
/// Arguments: the distribution to ask, and the file to write.
final class WriteManual {
  private static final String NAME = "docker-image-exporter";
  private static final String BEGINNING =
      """
      .TH DOCKER\\-IMAGE\\-EXPORTER 1
      .SH NAME
      docker\\-image\\-exporter \\- Prometheus exporter for Docker's image store
      .SH SYNOPSIS
      .B docker\\-image\\-exporter
      [\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]
      .SH DESCRIPTION
      Reads Docker's image store on disk (graph drivers and containerd), verifies the chain of layers of every
      image, measures the layer directories, and serves the results to Prometheus and as a web page.
      It is read\\-only, never talks to dockerd, and works while dockerd is down, hung or refusing to start.
      .SH COMMANDS
      """;
  private static final String END =
      """
      .SH ENVIRONMENT
      Every option can be set by a variable: DOCKER_IMAGE_EXPORTER_ and its name in upper case, as in
      DOCKER_IMAGE_EXPORTER_DOCKER_ROOT for \\-\\-docker.root. An option on the command line wins.
      .TP
      .B DOCKER_IMAGE_EXPORTER_JAVA_OPTS
      Options to add for the Java virtual machine, such as \\-Xmx256m.
      .SH FILES
      .TP
      .I /etc/default/docker\\-image\\-exporter, /etc/sysconfig/docker\\-image\\-exporter
      Settings of docker\\-image\\-exporter.service, on Debian and on systems with rpm.
      .TP
      .I /usr/share/doc/docker\\-image\\-exporter/docs
      Every problem and what to do about it (problems.md), installation, privileges, sizing and alerts
      (operations.md), the metrics (metrics.md).
      .SH SEE ALSO
      .BR dockerd (8),
      .BR prometheus (1)
      .PP
      https://github.com/docker\\-image\\-exporter/docker\\-image\\-exporter
      """;

  /// An option, argument, command or exit status, and what is said of it; what is further in goes
  /// on.
  private static final Pattern ITEM = Pattern.compile(" {2,6}(\\S(?:.*?\\S)?)(?: {2,}(.*))?");
  private static final Pattern COMMAND = Pattern.compile(" {2}([a-z-]+) {2,}.*");

  private WriteManual() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(arguments[0]).toAbsolutePath();
    var page = new StringBuilder(BEGINNING);
    for (String line : help(home, "--help")) {
      Matcher command = COMMAND.matcher(line);
      if (command.matches()) {
        page.append(".SS ").append(roff(command.group(1))).append('\n');
        help(home, command.group(1), "--help").forEach(told -> append(page, told));
      }
    }
    page.append(END);
    Path file = Path.of(arguments[1]);
    Files.createDirectories(file.getParent());
    Files.writeString(file, page);
  }

  private static void append(StringBuilder page, String line) {
    Matcher item = ITEM.matcher(line);
    if (line.startsWith("Usage: ")) {
      page.append(".B ").append(roff(line.substring("Usage: ".length()))).append("\n.PP\n");
    } else if (item.matches()) {
      page.append(".TP\n.B ").append(roff(item.group(1))).append('\n');
      if (item.group(2) != null) {
        page.append(roff(item.group(2))).append('\n');
      }
    } else if (line.endsWith(":") && !line.startsWith(" ")) {
      page.append(".PP\n").append(roff(line)).append('\n');
    } else if (!line.isBlank()) {
      page.append(roff(line.strip())).append('\n');
    }
  }

  private static List<String> help(Path home, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of(home.resolve("bin/" + NAME).toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(command + " ended with status " + status + ", expected 0");
    }
    return lines;
  }

  /// `text` as it stands, dashes that can be copied and letters beyond ASCII included.
  private static String roff(String text) {
    var escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            letter -> {
              switch (letter) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '…' -> escaped.append("..."); // not every terminal has it
                default -> {
                  if (letter < 0x80) {
                    escaped.append((char) letter);
                  } else {
                    escaped.append("\\[u%04X]".formatted(letter));
                  }
                }
              }
            });
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + escaped : escaped.toString();
  }
}
