// Brings the widgets of a page for reading to life: each has what it held, and nobody to ask for more.

function held(state) {
  const events = new EventTarget();
  const listeners = new Map();
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      events.dispatchEvent(new Event(`change:${name}`));
    },
    save_changes() {},
    on(name, listener) {
      listeners.set(listener, () => listener());
      events.addEventListener(name, listeners.get(listener));
    },
    off: (name, listener) => events.removeEventListener(name, listeners.get(listener)),
    send() {
      throw new Error("There is no kernel.");
    },
  };
}

for (const place of document.querySelectorAll(".widget")) {
  const { module, state } = JSON.parse(place.querySelector("script").textContent);
  place.replaceChildren();
  WIDGETS[module].render({ model: held(state), el: place });
}
