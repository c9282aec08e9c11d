// Shows of each award's fields those that its rule reads, and says what the rule is.
"use strict";

(() => {
  const RULE = "select[data-award-rules]";

  const lineOf = (field, name) =>
    field.closest(`.field-${name}, .field-line, .form-row`) ?? field.parentElement;

  const explain = (select, text) => {
    let note = select.parentElement.querySelector(".podium-rule");
    if (!note) {
      note = document.createElement("p");
      note.className = "podium-rule podium-hint";
      note.setAttribute("aria-live", "polite");
      select.parentElement.append(note);
    }
    note.textContent = text;
  };

  const adapt = (select) => {
    const rules = JSON.parse(select.dataset.awardRules);
    const chosen = rules[select.value];
    const prefix = select.name.slice(0, -"rule".length);
    const every = new Set(Object.values(rules).flatMap((rule) => rule.fields));
    explain(select, chosen ? chosen.explanation : "");
    for (const name of every) {
      const field = document.getElementsByName(prefix + name)[0];
      if (field) {
        const filled = field.type === "checkbox" ? field.checked : field.value !== "";
        // What is filled in and does not belong stays visible: saving complains of it.
        lineOf(field, name).hidden = !(chosen?.fields.includes(name) || filled);
      }
    }
  };

  const adaptAll = () => document.querySelectorAll(RULE).forEach(adapt);

  document.addEventListener("change", (event) => {
    if (event.target.matches(RULE)) {
      adapt(event.target);
    }
  });
  document.addEventListener("formset:added", adaptAll);
  document.addEventListener("DOMContentLoaded", adaptAll);
})();
