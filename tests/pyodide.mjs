// Runs a Python program in Pyodide: node pyodide.mjs PYODIDE WHEEL PROGRAM ARGUMENT.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, wheel, program, argument] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: `${resolve(folder)}/` });
await pyodide.loadPackage("numpy", { messageCallback() {} });
pyodide.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel");
for (const path of [program, argument]) pyodide.FS.writeFile(basename(path), readFileSync(path));
try {
  pyodide.runPython(`
import runpy, sys
sys.path.insert(0, ".")
sys.argv = ["${basename(program)}", "${basename(argument)}"]
runpy.run_path(sys.argv[0], run_name="__main__")
`);
} catch (error) {
  console.error(error.message); // or Node shows a line of Pyodide's, which is a megabyte
  process.exit(1);
}
