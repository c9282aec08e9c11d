// Shows those settings of a task that its kind and track have, and what a prompt will look like.
"use strict";

(() => {
  const ANSWER = "{answer}";

  function chosen(box, field) {
    const prefix = box.querySelector("[name]").name.replace(/settings-.*/, "");
    const control = document.querySelector(`[name="${prefix}${field}"]`);
    return control ? control.value : "";
  }

  function refresh(box) {
    const kind = chosen(box, "kind");
    const track = chosen(box, "track");
    for (const part of box.querySelectorAll("[data-kinds]")) {
      part.hidden = !part.dataset.kinds.split(" ").includes(kind);
    }
    let shown = 0;
    for (const group of box.querySelectorAll("[data-track]")) {
      const some = group.querySelector(":scope > [data-kinds]:not([hidden])") !== null;
      group.hidden = group.dataset.track !== track || !some;
      shown += group.hidden ? 0 : 1;
    }
    box.querySelector("[data-nothing]").hidden = shown > 0 || kind === "";
    preview(box);
    presets(box);
  }

  function preview(box) {
    for (const part of box.querySelectorAll("[data-example]:not([hidden])")) {
      const written = part.parentElement.querySelector("textarea").value;
      const input = JSON.parse(part.dataset.example);
      const filled = (written || part.dataset.usual)
        .replace(/\{([^{}]*)\}/g, (name, key) => (Object.hasOwn(input, key) ? input[key] : name));
      const pre = part.querySelector("pre");
      const at = filled.lastIndexOf(ANSWER);
      pre.textContent = at < 0 ? filled : filled.slice(0, at);
      if (at >= 0) {
        const answer = document.createElement("mark");
        answer.textContent = "the answer";
        pre.append(answer);
      }
    }
  }

  function presets(box) {
    for (const select of box.querySelectorAll("select[data-presets]")) {
      const values = JSON.parse(select.dataset.presets)[select.value] || {};
      for (const control of select.closest("fieldset").querySelectorAll("[placeholder]")) {
        if (!("usual" in control.dataset)) control.dataset.usual = control.placeholder;
        const own = Object.keys(values).find((name) => control.name.endsWith(`-${name}`));
        control.placeholder = own ? values[own] : control.dataset.usual;
      }
    }
  }

  function all() {
    document.querySelectorAll(".podium-settings").forEach(refresh);
  }

  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("formset:added", all);
  document.addEventListener("change", (event) => {
    if (/-(kind|track|preset)$/.test(event.target.name || "")) all();
  });
  document.addEventListener("input", (event) => {
    const box = event.target.closest?.(".podium-settings");
    if (box) preview(box);
  });
})();
