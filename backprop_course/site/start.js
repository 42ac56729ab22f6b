// The start page's side of a student's work: it reads what JupyterLite keeps in this browser, and sends it nowhere.

const VERDICT = "backprop-course"; // in an output's metadata; where earlier versions of the course put it:
const EARLIER = "application/vnd.backprop-course.verdict+json";
const SITE = new URL("./", location.href).pathname;

/** JupyterLite's files in this browser: null where there are none yet. */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`JupyterLite Storage - ${SITE}`);
    request.onupgradeneeded = () => request.transaction.abort(); // or it would be made, empty
    request.onerror = (event) => {
      event.preventDefault();
      resolve(null);
    };
    request.onsuccess = () => {
      const database = request.result;
      if (database.objectStoreNames.contains("files")) return resolve(database);
      database.close();
      resolve(null);
    };
  });
}

async function withFiles(mode, work) {
  const database = await opened();
  if (!database) return undefined;
  try {
    const transaction = database.transaction("files", mode);
    const result = work(transaction.objectStore("files"));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(result?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** All saved notebooks, by their path. */
async function saved() {
  const items = (await withFiles("readonly", (files) => files.getAll())) ?? [];
  return new Map(items.filter((item) => item?.type === "notebook" && item.content?.cells).map((item) => [item.path, item]));
}

/** The exercises that the checks in a notebook found to be right; what was right before it was practised stays so. */
function done(notebook) {
  const verdicts = notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.metadata?.[VERDICT] ?? output.data?.[EARLIER])
    .filter(Boolean);
  const was = ({ practice, attempts, max_points }) => practice && attempts?.at(-1) >= max_points;
  return new Set(verdicts.filter((verdict) => verdict.passed || was(verdict)).map((verdict) => verdict.exercise));
}

function download({ path, content }) {
  const link = document.createElement("a");
  const name = path.split("/").pop();
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/x-ipynb+json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Puts a student's notebook aside under another name, so that the course's own can be opened again. */
async function putAside(item) {
  const now = new Date();
  const when = `${now.toLocaleDateString("sv")} ${now.toLocaleTimeString("sv").replaceAll(":", ".")}`;
  const path = item.path.replace(/\.ipynb$/, ` (mine until ${when}).ipynb`);
  await withFiles("readwrite", (files) => {
    files.put({ ...item, path, name: path.split("/").pop() }, path);
    return files.delete(item.path);
  });
  await fetch(`files/${item.path}`, { cache: "reload" }); // not the one that the browser still has from last time
  await show();
}

function button(label, title, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.title = title;
  made.addEventListener("click", act);
  return made;
}

function address(path) {
  return `notebooks/index.html?path=${encodeURIComponent(path)}`;
}

function showEntry(entry, items) {
  const { path, release } = entry.dataset;
  const mine = items.get(path);
  const right = mine ? done(mine.content) : new Set();
  const exercises = [...entry.querySelectorAll(".exercises li")];
  for (const exercise of exercises) {
    exercise.classList.toggle("done", right.has(exercise.dataset.exercise));
    exercise.querySelector(".state").textContent = right.has(exercise.dataset.exercise) ? " (done)" : "";
  }
  const count = exercises.filter((exercise) => exercise.classList.contains("done")).length;
  entry.querySelector(".count").textContent = `${count} of ${exercises.length} exercises done`;
  entry.querySelector(".open").firstChild.textContent = mine ? "Continue" : "Start";

  const title = entry.querySelector("h2").dataset.title;
  const actions = entry.querySelector(".mine");
  actions.replaceChildren();
  if (mine) {
    actions.append(
      button("Download", `${title}: your notebook, to keep or to hand in`, () => download(mine)),
      button("Fresh copy", `${title}: begin again; your notebook is kept beside it`, () => putAside(mine)),
    );
  }
  const renewed = mine && mine.content.metadata.backprop_course?.release !== release;
  entry.querySelector(".notice").hidden = !renewed;

  const start = path.replace(/\.ipynb$/, " (mine until ");
  const aside = [...items.keys()].filter((other) => other.startsWith(start)).sort();
  const list = entry.querySelector(".aside");
  list.hidden = !aside.length;
  list.querySelector("ul").replaceChildren(
    ...aside.map((other) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = address(other);
      link.textContent = other.split("/").pop().replace(/\.ipynb$/, "");
      line.append(link, " ", button("Download", link.textContent, () => download(items.get(other))));
      return line;
    }),
  );
}

async function show() {
  const items = await saved();
  for (const entry of document.querySelectorAll(".entry")) showEntry(entry, items);
}

window.addEventListener("pageshow", show);
document.addEventListener("visibilitychange", () => document.hidden || show());
