// The page's side of an explorer: controls above a picture. Without a kernel nobody draws: then it is the picture alone.

const CONTROLS = { slider, menu };

export default {
  render({ model, el }) {
    const picture = document.createElement("div");
    picture.className = "picture";
    const said = document.createElement("p");
    said.className = "said";
    said.setAttribute("role", "status");
    const form = document.createElement("form");
    form.hidden = true;
    form.addEventListener("submit", (event) => event.preventDefault());
    const chosen = model.get("controls").map((control) => control.index);
    model.get("controls").forEach((control, k) => {
      form.append(
        CONTROLS[control.kind](control, (index) => {
          chosen[k] = index;
          ask();
        }),
      );
    });

    // One question at a time; of the moves made meanwhile only the last one counts.
    let waiting = false;
    let moved = false;
    function ask() {
      moved = waiting;
      if (!waiting) model.send({ chosen });
      waiting = true;
    }
    const answered = (message) => {
      form.hidden = false;
      waiting = false;
      said.textContent = message.words ?? "";
      el.classList.toggle("failed", message.failed ?? false);
      if (moved) ask();
    };
    model.on("msg:custom", answered);

    const show = () => {
      picture.innerHTML = model.get("html"); // its words are in it
    };
    model.on("change:html", show);
    show();
    el.classList.add("backprop-explorer");
    el.append(form, picture, said);
    try {
      model.send({});
    } catch {
      // A page without a kernel.
    }
    return () => {
      model.off("msg:custom", answered);
      model.off("change:html", show);
    };
  },
};

function labelled(name, ...parts) {
  const label = document.createElement("label");
  const text = document.createElement("span");
  text.textContent = name;
  label.append(text, ...parts);
  // On the very element that has the focus, or JupyterLab takes the arrow keys for its own.
  for (const part of parts) part.dataset.lmSuppressShortcuts = "true";
  return label;
}

function slider({ name, options, index }, choose) {
  const input = document.createElement("input");
  const value = document.createElement("output");
  Object.assign(input, { type: "range", min: 0, max: options.length - 1, step: 1, value: index });
  const tell = () => {
    value.textContent = options[input.value];
    input.setAttribute("aria-valuetext", options[input.value]);
  };
  input.addEventListener("input", () => {
    tell();
    choose(Number(input.value));
  });
  tell();
  return labelled(name, input, value);
}

function menu({ name, options, index }, choose) {
  const select = document.createElement("select");
  select.append(...options.map((option) => new Option(option)));
  select.selectedIndex = index;
  select.addEventListener("change", () => choose(select.selectedIndex));
  return labelled(name, select);
}
