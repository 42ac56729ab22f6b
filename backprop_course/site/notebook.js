// Beside a notebook in JupyterLite: a way back to the start page, work that is saved at once, files with their own name.

const VIEW = "application/vnd.jupyter.widget-view+json";

function wayBack(app) {
  const Widget = Object.getPrototypeOf(app.shell.constructor);
  const node = document.createElement("a");
  node.href = "../index.html";
  node.textContent = "← All notebooks";
  node.style.cssText = "align-self: center; padding: 0 12px; color: var(--jp-content-link-color); white-space: nowrap";
  node.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await save(app); // or the start page would not know yet
    location.href = node.href;
  });
  const link = new Widget({ node });
  link.id = "jp-NotebookLogo";
  app.shell.add(link, "top", { rank: 0 });
}

// One save after the other: a second one that begins meanwhile would find the file changed, and ask whose it is.
// What is changed meanwhile is not in the file: JupyterLab would take it for saved.
function inTurn(context) {
  const save = context.save.bind(context);
  let last = Promise.resolve();
  const whole = async () => {
    let changed = false;
    const note = () => (changed = true);
    context.model.contentChanged.connect(note);
    try {
      await save();
    } finally {
      context.model.contentChanged.disconnect(note);
      context.model.dirty ||= changed;
    }
  };
  context.save = () => (last = last.catch(() => {}).then(whole));
}

async function save(app) {
  const context = app.shell.currentWidget?.context;
  if (context?.model?.dirty) await context.save();
}

// A kernel ends with its page, and its widgets with it: of those, the picture stays that was put out with each.
// Nobody's work is changed by that, so there is nothing to save.
function pictures({ content, context }) {
  const { dirty } = context.model;
  for (const { model } of content.widgets) {
    const outputs = model.outputs?.toJSON() ?? [];
    if (outputs.some((output) => output.data?.[VIEW])) {
      for (const { data } of outputs) delete data?.[VIEW];
      model.outputs.fromJSON(outputs);
    }
  }
  context.model.dirty = dirty;
}

// JupyterLite names a download after the whole path; who hands in a notebook needs its own name.
document.addEventListener(
  "click",
  ({ target }) => {
    if (target instanceof HTMLAnchorElement && target.download) target.download = target.download.split("/").pop();
  },
  true,
);

const waiting = setInterval(async () => {
  const app = window.jupyterapp;
  const notebook = app?.shell?.currentWidget;
  if (!notebook?.context) return;
  clearInterval(waiting);
  inTurn(notebook.context);
  wayBack(app);
  document.addEventListener("visibilitychange", () => document.hidden && save(app));
  window.addEventListener("pagehide", () => save(app));
  await notebook.context.ready;
  pictures(notebook);
}, 50);
