// Generates types out of a document, and compiles a client program with them. Arguments: the document, the program.
import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const [document, program] = process.argv.slice(2);
const folder = dirname(fileURLToPath(import.meta.url));
writeFileSync(join(folder, "api.ts"), astToString(await openapiTS(pathToFileURL(document))));
copyFileSync(program, join(folder, "client.ts"));
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
try {
  execFileSync(process.execPath, [compiler, "--strict", "--noEmit", "--skipLibCheck", "false", "--target", "es2022", "--module", "nodenext", join(folder, "client.ts")]);
  console.log("compiled");
} catch (e) {
  console.error(e.stdout?.toString() ?? e);
  process.exit(1);
}
