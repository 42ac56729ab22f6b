// A step-through's view: shows one step of a story (story.py) at a time. Everything is in the story; nothing is computed.

const SECONDS_A_STEP = 1.6;
const SMALLEST = 0.75; // of a picture's own size: its labels are 15 px high, and can be read from 11 px on
let pictures = 0;

function render({ model, el }) {
  const page = build(el, model.get("story"));
  const stop = new AbortController();
  let story, step, reached, timer;

  function tell(told) {
    story = told;
    reached = page.fill(story);
    show(Math.min(model.get("at") ?? (story.open ? story.steps.length : 0), story.steps.length));
  }

  function show(k) {
    step = Math.max(0, Math.min(k, story.steps.length));
    model.set("at", step); // for another view of the same model; no kernel need know
    page.show(story, step, reached);
    if (step === story.steps.length) pause();
  }

  function pause() {
    clearInterval(timer);
    timer = undefined;
    page.playing(false);
  }

  function play() {
    if (timer) return pause();
    if (step === story.steps.length) show(0);
    timer = setInterval(() => show(step + 1), 1000 * SECONDS_A_STEP);
    page.playing(true);
  }

  const listen = (target, kind, act) => target.addEventListener(kind, act, { signal: stop.signal });
  listen(page.previous, "click", () => show(step - 1));
  listen(page.next, "click", () => show(step + 1));
  listen(page.play, "click", play);
  listen(page.slider, "input", () => show(Number(page.slider.value)));
  listen(page.root, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // or JupyterLab would take some keys for its own
    if (page.change.contains(event.target) || page.scrolls(event.target)) return;
    const to = { ArrowLeft: step - 1, ArrowRight: step + 1, Home: 0, End: story.steps.length }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });

  // The sliders for the numbers show only where a kernel answers. One message is under way at a time.
  let waiting = false, changed = false;
  function ask() {
    const message = changed ? { numbers: page.moved() } : {};
    [waiting, changed] = [true, false];
    model.send(message);
  }
  function answered(message) {
    waiting = false;
    page.change.hidden = !story.sliders.length;
    page.error.textContent = message.error ?? "";
    if (changed) ask();
  }
  function change() {
    changed = true;
    if (!waiting) ask();
  }
  listen(page.change, "input", change);
  listen(page.change, "moved", change); // by a key
  listen(page.reset, "click", () => {
    page.goBack();
    change();
  });

  const retold = () => {
    tell(model.get("story"));
    if (!changed) page.set(story.sliders); // another view of the same model may have moved them
  };
  model.on("change:story", retold);
  model.on("msg:custom", answered);
  tell(model.get("story"));
  try {
    ask();
  } catch {
    // A page without a kernel: stepping is all there is.
  }
  return () => {
    pause();
    stop.abort();
    model.off("change:story", retold);
    model.off("msg:custom", answered);
  };
}

function make(tag, parent, properties = {}, attributes = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

// The page's pieces, once. `fill` puts a story in, `show` one of its steps.
function build(el, { title, sliders, open, colours }) {
  const root = make("div", el, { className: "backprop-steps" }, { role: "group", "aria-label": title });
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  const bar = make("div", root, { className: "controls" });
  const button = (text, label) => make("button", bar, { type: "button", textContent: text }, { "aria-label": label });
  const previous = button("◀ Previous", "Previous step");
  const next = button("Next ▶", "Next step");
  const play = button("Play", "Play");
  const slider = make("input", bar, { type: "range", min: 0, value: 0 }, { "aria-label": "Step" });
  const count = make("span", bar, { className: "count" });
  const now = make("div", root, { className: "now" });
  const sentence = make("p", now, { className: "sentence" });
  const start = make("div", now, { className: "start" });
  const equation = make("div", now, { className: "equation" });
  const locked = make("p", root, { className: "locked" });
  const live = make("div", root, { className: "unseen" }, { "aria-live": "polite" });
  const both = make("div", root, { className: "both" });
  const left = make("div", both, { className: "picture-column" });
  const change = make("details", left, { hidden: true, open, className: "change" });
  make("summary", change, { textContent: "Change the numbers" });
  const numbers = sliders.map((offered) => numberSlider(change, offered));
  const reset = make("button", change, { type: "button", textContent: "Reset" }, { "aria-label": "Reset the numbers" });
  const error = make("p", change, { className: "wrong" }, { role: "status" });
  const picture = make("div", left, { className: "picture" }, { role: "group", "aria-label": "Network" });
  const legend = make("div", left, { className: "legend" });
  const right = make("div", both, { className: "table-column" });
  const scroll = make("div", right, { className: "scroll" }, { role: "group", "aria-label": "Equations and values", tabindex: 0 });
  const table = make("table", scroll);
  const note = make("div", right, { className: "note" });
  let parts;

  return {
    root, previous, next, play, slider, change, reset, error,
    moved: () => Object.fromEntries(numbers.filter((number) => number.moved()).map(({ name, value }) => [name, value()])),
    set: (told) => told.forEach(({ value }, k) => numbers[k].set(value)),
    goBack: () => numbers.forEach((number) => number.set(number.given)),
    scrolls: (box) => [picture, scroll].includes(box) && box.scrollWidth > box.clientWidth,

    playing(on) {
      play.textContent = on ? "Pause" : "Play";
      play.setAttribute("aria-label", play.textContent);
    },

    fill(story) {
      // The same picture may stand on the page twice; names in it must not.
      const id = /id="(network-\w+)"/.exec(story.picture)[1];
      picture.innerHTML = story.picture.replaceAll(id, `${id}-${++pictures}`);
      const svg = picture.firstElementChild;
      const { width } = svg.viewBox.baseVal;
      svg.style.minWidth = `${SMALLEST * width}px`; // where there is less room, it scrolls
      left.style.flexBasis = svg.style.minWidth;
      left.style.maxWidth = `max(${width}px, 24em)`;
      table.innerHTML = story.table;
      note.innerHTML = story.note;
      legend.innerHTML = story.legend;
      locked.textContent = story.locked;
      slider.max = story.steps.length;
      slider.disabled = !story.steps.length;
      const found = (name) => [...root.querySelectorAll(`[data-${name}]`)];
      parts = { quantity: found("quantity"), node: found("node"), route: found("route"), gradient: found("gradient") };
      const reached = { quantity: new Map(), back: new Map() };
      const wrong = new Set(story.steps.filter(({ right }) => !right).map(({ quantity }) => quantity));
      for (const label of picture.querySelectorAll("[data-quantity]")) label.classList.toggle("wrong", wrong.has(label.dataset.quantity));
      story.steps.forEach(({ quantity, phase, routes }, k) => {
        reached.quantity.set(quantity, k);
        if (phase === "forward") return;
        for (const route of routes) if (!reached.back.has(route)) reached.back.set(route, k);
      });
      return reached;
    },

    show(story, k, reached) {
      const last = story.steps.length;
      const at = k ? story.steps[k - 1] : undefined;
      root.dataset.phase = at?.phase ?? "start";
      root.dataset.step = k;
      count.textContent = `Step ${k} of ${last}${story.locked ? " so far" : ""}`;
      slider.value = k;
      slider.setAttribute("aria-valuetext", at ? `${k} of ${last}: ${at.name}` : `0 of ${last}`);
      previous.setAttribute("aria-disabled", k === 0);
      next.setAttribute("aria-disabled", k === last);
      sentence.textContent = at ? `${at.heading}. ${at.sentence}` : "";
      start.innerHTML = at ? "" : story.start;
      equation.innerHTML = at ? `<div>${at.symbols}</div><div>${at.numbers}</div>` : "";
      if (at?.answer) make("div", equation, { className: at.right ? "" : "wrong", textContent: "" }).innerHTML = at.answer;
      live.textContent = at ? `Step ${k} of ${last}. ${at.said}` : "";
      const description = picture.querySelector("desc");
      description.textContent = at ? `${story.description} ${at.said}` : story.description;
      for (const part of parts.quantity) {
        const { quantity } = part.dataset;
        part.classList.toggle("later", (reached.quantity.get(quantity) ?? -1) >= k);
        part.classList.toggle("lit", quantity === at?.quantity);
        part.classList.toggle("read", Boolean(at?.reads.includes(quantity)));
      }
      for (const part of parts.node) part.classList.toggle("lit", Boolean(at?.nodes.includes(part.dataset.node)));
      for (const part of parts.route) {
        const { route } = part.dataset;
        part.classList.toggle("lit", Boolean(at?.routes.includes(route)));
        part.querySelector(".way-back")?.classList.toggle("later", (reached.back.get(route) ?? Infinity) >= k);
      }
      // An error passes before the weight's gradient is known.
      for (const part of parts.gradient) part.classList.toggle("unsized", (reached.quantity.get(part.dataset.gradient) ?? Infinity) >= k);
      // On a narrow page: what this step is about is in view, and keys can scroll to the rest.
      picture.tabIndex = picture.scrollWidth > picture.clientWidth ? 0 : -1;
      const now = picture.querySelector("[data-quantity].lit")?.getBoundingClientRect();
      const box = picture.getBoundingClientRect();
      if (now && (now.left < box.left || now.right > box.right)) picture.scrollLeft += (now.left + now.right - box.left - box.right) / 2;
    },
  };
}

// A slider that keeps to its own steps only where it is moved: the number that was given need be none of them.
function numberSlider(parent, { name, label, value, given, min, max, step }) {
  const row = make("label", parent);
  make("span", row).innerHTML = label;
  const input = make("input", row, { type: "range", name, min, max, step: "any" }, { "aria-label": name });
  const output = make("output", row);
  let now;
  function set(number) {
    now = number;
    input.value = now;
    output.textContent = String(now).replace("-", "−");
    input.setAttribute("aria-valuetext", output.textContent);
  }
  // Within its bounds, and without the last digit of 0.1 + 0.2.
  const moveTo = (number) => set(Math.max(min, Math.min(max, Number(number.toPrecision(12)))));
  input.addEventListener("input", () => moveTo(Math.round(input.value / step) * step));
  input.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    const to = { Home: min, End: max }[event.key] ?? (by && now + by * step);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveTo(to);
    input.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
  });
  set(value);
  return { name, given, set, value: () => now, moved: () => now !== given };
}

export default { render };
