// A button that gives an exercise new numbers. Without a kernel nobody can bind them: then the words say what to type.

const PATIENCE = 3000; // milliseconds after which somebody who has pressed it is told that nothing has answered

export default {
  render({ model, el }) {
    const typed = document.createElement("p");
    typed.textContent = model.get("typed");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Again, with new numbers";
    button.hidden = true;
    // On the very element that has the focus, or JupyterLab takes Enter for its own.
    button.dataset.lmSuppressShortcuts = "true";
    const said = document.createElement("div");
    said.className = "said";
    said.setAttribute("role", "status");

    let late;
    button.addEventListener("click", () => {
      clearTimeout(late);
      late = setTimeout(() => {
        said.textContent = model.get("unanswered");
      }, PATIENCE);
      try {
        model.send({ again: true });
      } catch {
        said.textContent = model.get("unanswered");
      }
    });
    const answered = (message) => {
      clearTimeout(late);
      button.hidden = false;
      typed.hidden = true;
      if (message.html !== undefined) said.innerHTML = message.html;
    };
    model.on("msg:custom", answered);

    el.classList.add("backprop-practice");
    el.append(button, typed, said);
    try {
      model.send({});
    } catch {
      // A page without a kernel.
    }
    return () => {
      clearTimeout(late);
      model.off("msg:custom", answered);
    };
  },
};
