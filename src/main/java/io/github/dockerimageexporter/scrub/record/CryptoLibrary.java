package io.github.dockerimageexporter.scrub.record;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// SHA-256 of OpenSSL's library, where the machine has it: the processor's own instructions, for
/// which HotSpot needs C2.
///
/// Source: OpenSSL, `include/openssl/evp.h`, `include/openssl/crypto.h`; the same from 1.1 on.
@SuppressWarnings("restricted")
final class CryptoLibrary {
  static final int DIGEST_BYTES = 32;

  private static final List<String> NAMES =
      List.of("libcrypto.so.3", "libcrypto.so.4", "libcrypto.so.1.1");

  /// Not to read the machine's configuration, and to leave nothing for the end of the process.
  private static final long NO_CONFIGURATION = 0x80;
  private static final long NO_EXIT_HANDLER = 0x80000;

  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private final SymbolLookup symbols;
  private final MethodHandle general =
      Linker.nativeLinker()
          .downcallHandle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

  /// It is short, and may read the heap: nothing is copied.
  private final MethodHandle update;

  private final MemorySegment init;
  private final MemorySegment end;
  private final MemorySegment free;
  private final long algorithm;

  private CryptoLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    this.update =
        Linker.nativeLinker()
            .downcallHandle(
                symbols.findOrThrow("EVP_DigestUpdate"),
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG),
                Linker.Option.critical(true));
    this.init = symbols.findOrThrow("EVP_DigestInit_ex");
    this.end = symbols.findOrThrow("EVP_DigestFinal_ex");
    this.free = symbols.findOrThrow("EVP_MD_CTX_free");
    call(symbols.findOrThrow("OPENSSL_init_crypto"), NO_CONFIGURATION | NO_EXIT_HANDLER, 0, 0);
    this.algorithm = call(symbols.findOrThrow("EVP_sha256"), 0, 0, 0);
  }

  /// The machine's; empty if it has none, or none that counts right.
  static Optional<CryptoLibrary> ofThisMachine() {
    return Found.LIBRARY;
  }

  /// Looked for when content is digested for the first time.
  private static final class Found {
    static final Optional<CryptoLibrary> LIBRARY =
        NAMES.stream().flatMap(name -> open(name).stream()).findFirst();
  }

  static Optional<CryptoLibrary> open(String name) {
    try {
      var library = new CryptoLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
      var digest = library.digest();
      byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
      digest.update(abc, 0, abc.length);
      return ABC.equals(HexFormat.of().formatHex(digest.finish()))
          ? Optional.of(library)
          : Optional.empty();
    } catch (IllegalArgumentException | IllegalStateException | NoSuchElementException other) {
      return Optional.empty();
    }
  }

  /// A digest of nothing yet.
  NativeDigest digest() {
    long context = call(symbols.findOrThrow("EVP_MD_CTX_new"), 0, 0, 0);
    if (context == 0 || (int) call(init, context, algorithm, 0) != 1) {
      throw new IllegalStateException("no SHA-256 in libcrypto");
    }
    return new NativeDigest(context);
  }

  private long call(MemorySegment function, long a, long b, long c) {
    try {
      return (long) general.invokeExact(function, a, b, c);
    } catch (Throwable impossible) {
      throw new AssertionError("a function of C throws nothing", impossible);
    }
  }

  /// One digest; its memory is given back once nobody uses it any more.
  final class NativeDigest implements Sha256.Algorithm {
    private final MemorySegment context;

    private NativeDigest(long context) {
      this.context =
          MemorySegment.ofAddress(context)
              .reinterpret(Arena.ofAuto(), given -> call(free, given.address(), 0, 0));
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
      try {
        MemorySegment piece = MemorySegment.ofArray(bytes).asSlice(offset, length);
        orThrow((int) update.invokeExact(context.address(), piece, (long) length));
      } catch (RuntimeException | Error failure) {
        throw failure;
      } catch (Throwable impossible) {
        throw new AssertionError("a function of C throws nothing", impossible);
      } finally {
        Reference.reachabilityFence(context); // nothing else keeps it while C works on it
      }
    }

    @Override
    public byte[] finish() {
      try (Arena memory = Arena.ofConfined()) {
        MemorySegment digest = memory.allocate(DIGEST_BYTES);
        orThrow((int) call(end, context.address(), digest.address(), 0));
        return digest.toArray(JAVA_BYTE);
      } finally {
        Reference.reachabilityFence(context);
      }
    }

    private static void orThrow(int result) {
      if (result != 1) {
        throw new IllegalStateException("libcrypto failed");
      }
    }
  }
}
