package io.github.dockerimageexporter.posix;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Program.Outcome;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel's headers say of the numbers that system calls are made with.
class AbiTest {
  private static final Path CHECKS = Path.of("src/test/c/abi.c");
  private static final Pattern CHECKED = Pattern.compile("(?m)^SAME\\((\\w+),");

  /// Numbers of the project's own, and names that are used for themselves.
  private static final Set<String> OWN =
      Set.of(
          "Kernel_THIS_THREAD",
          "Kernel_NICE",
          "StatusBuffer_BLOCK_BYTES",
          "StatusBuffer_NANOS_PER_SECOND",
          "EntryBuffer_MAX_NAME",
          "EntryBuffer_SIZE",
          "Scratch_TEXT_SIZE",
          "Scratch_ATTRIBUTE_SIZE",
          "Scratch_CONTENT_SIZE",
          "Buffers_CHUNK",
          "Buffers_PAGE");

  private static final Outcome SILENCE = new Outcome(0, "", "");

  @TempDir Path directory;

  @Requires(Requirement.GCC_X86_64)
  @Test
  void numbersAreThoseOfTheHeadersForX86() throws Exception {
    assertThat(compile("x86_64-linux-gnu-gcc", numbers("amd64"))).isEqualTo(SILENCE);
  }

  @Requires(Requirement.GCC_AARCH64)
  @Test
  void numbersAreThoseOfTheHeadersForArm() throws Exception {
    assertThat(compile("aarch64-linux-gnu-gcc", numbers("aarch64"))).isEqualTo(SILENCE);
  }

  @Requires(Requirement.GCC_AARCH64)
  @Test
  void numberOfAnotherProcessorIsNoticed() throws Exception {
    assertThat(compile("aarch64-linux-gnu-gcc", numbers("amd64")).complaints())
        .contains("Abi_statx is __NR_statx", "Abi_directFlag is O_DIRECT");
  }

  @Test
  void everyNumberIsChecked() throws Exception {
    Set<String> checked =
        CHECKED
            .matcher(Files.readString(CHECKS))
            .results()
            .map(name -> name.group(1))
            .collect(Collectors.toSet());

    assertThat(numbers("amd64").keySet()).isEqualTo(checked);
  }

  @Test
  void refusesOtherMachines() {
    assertThatThrownBy(() -> Abi.of("Linux", "riscv64"))
        .hasMessage("Linux on riscv64 is not supported, only Linux on x86_64 and aarch64");
  }

  private Outcome compile(String compiler, Map<String, Long> numbers)
      throws IOException, InterruptedException {
    String definitions =
        numbers.entrySet().stream()
            .map(number -> "#define JAVA_%s %d\n".formatted(number.getKey(), number.getValue()))
            .collect(joining());
    Path header = Files.writeString(directory.resolve("java.h"), definitions);
    return Program.of(
            compiler, "-fsyntax-only", "-Wall", "-include", header.toString(), CHECKS.toString())
        .outcome();
  }

  private static Map<String, Long> numbers(String processor) throws ReflectiveOperationException {
    var numbers = new TreeMap<String, Long>();
    Abi abi = Abi.of("Linux", processor);
    for (RecordComponent component : Abi.class.getRecordComponents()) {
      numbers.put("Abi_" + component.getName(), (Long) component.getAccessor().invoke(abi));
    }
    for (Class<?> holder :
        Set.of(
            Kernel.class,
            StatusBuffer.class,
            EntryBuffer.class,
            FileKind.class,
            OutputDescriptor.class,
            Scratch.class,
            Attributes.class,
            Buffers.class)) {
      for (Field field : holder.getDeclaredFields()) {
        addConstant(numbers, holder.getSimpleName() + "_" + field.getName(), field);
      }
    }
    return numbers;
  }

  private static void addConstant(Map<String, Long> numbers, String name, Field field)
      throws IllegalAccessException {
    boolean isNumber = Set.of(byte.class, int.class, long.class).contains(field.getType());
    if (isNumber && Modifier.isStatic(field.getModifiers()) && !OWN.contains(name)) {
      field.setAccessible(true);
      numbers.put(name, ((Number) field.get(null)).longValue());
    }
  }
}
