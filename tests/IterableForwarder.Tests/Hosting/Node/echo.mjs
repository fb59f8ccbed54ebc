// Writes what it was given and what it can import, for the test of NodePackages.
import { createRequire } from "node:module";

const { version } = createRequire(import.meta.url)(`${process.env.PACKAGE}/package.json`);
console.log([version, ...process.argv.slice(2)].join(" "));
