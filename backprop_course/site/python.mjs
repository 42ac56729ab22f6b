// The browser's Python for the course: Pyodide, with the course and what else it needs in its lock file.
// JupyterLite's kernel takes this file for Pyodide itself. What is between % is filled in when the site is built.

const PYODIDE = "%PYODIDE%";
const PACKAGES = {}; // packages

const STARTUP = "/home/pyodide/.ipython/profile_default/startup";
// jedi is left out of the site; names and attributes are completed without it.
const WITHOUT_JEDI = "get_ipython().Completer.use_jedi = False\n";

export async function loadPyodide(options) {
  const base = new URL(PYODIDE, import.meta.url).href;
  const [module, response] = await Promise.all([import(`${base}pyodide.mjs`), fetch(`${base}pyodide-lock.json`)]);
  const lockFileContents = await response.json();
  for (const [name, { file, ...locked }] of Object.entries(PACKAGES)) {
    lockFileContents.packages[name] = { ...locked, file_name: new URL(file, import.meta.url).href };
  }
  // The kernel counts these as loaded; those that the lock file does not have are not needed.
  const packages = options.packages.filter((name) => name in lockFileContents.packages && name !== "jedi");
  const all = { ...options, packages, indexURL: base, packageBaseUrl: base, lockFileContents };
  const pyodide = await module.loadPyodide(all);
  pyodide.FS.mkdirTree(STARTUP);
  pyodide.FS.writeFile(`${STARTUP}/00-completion.py`, WITHOUT_JEDI);
  return pyodide;
}
