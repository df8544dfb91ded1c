// Above the views: which layer and head, averages, what to hide, and the bar of views.

(() => {
  const parts = (window.showTell.attentionParts ??= {});
  const { make, PANELS } = parts;

  function buildControls(stage) {
    const { words, look, stack } = stage;
    const nodes = [];
    const names = Object.keys(stage.data.stacks).reverse(); // across first
    if (names.length > 1)
      nodes.push(
        buttons(stage, "stack", names, look.stack, (name) =>
          stage.go({ stack: name, layer: null, head: null, token: null }),
        ),
      );
    nodes.push(
      stepper(stage, "layer", stack.layers, look.average === "layers" || look.average === "all"),
    );
    nodes.push(
      stepper(stage, "head", stack.heads, look.average === "heads" || look.average === "all"),
    );
    if (!stage.static) {
      nodes.push(menu(stage, "average", ["none", "heads", "layers", "all"]));
      nodes.push(menu(stage, "hide", ["none", "special", "first"]));
      if (stage.data.pair && look.stack === "self")
        nodes.push(
          buttons(stage, "pair", ["all", "AA", "AB", "BA", "BB"], look.pair, (pair) =>
            stage.go({ pair }),
          ),
        );
      if (look.hide !== "none" || look.pair !== "all") nodes.push(check(stage, "renormalise"));
    }
    const focused = document.activeElement?.dataset?.control;
    stage.parts.controls.replaceChildren(...nodes);
    if (focused) stage.parts.controls.querySelector(`[data-control="${focused}"]`)?.focus();
  }

  function buttons(stage, name, values, chosen, act) {
    const label = (value) => stage.words[`${name}_${value}`] ?? value;
    return make(
      "div",
      { class: "at-buttons", role: "group", "aria-label": stage.words[name] },
      ...values.map((value) =>
        make(
          "button",
          {
            type: "button",
            "aria-pressed": `${value === chosen}`,
            "data-control": `${name}-${value}`,
            onclick: () => act(value),
          },
          label(value),
        ),
      ),
    );
  }

  function stepper(stage, name, count, averaged) {
    const value = stage.look[name];
    const step = (by) => stage.go({ [name]: ((value - 1 + by + count) % count) + 1 });
    const select = make("select", {
      "aria-label": stage.words[name],
      "data-control": name,
      onchange: (event) => stage.go({ [name]: +event.target.value }),
    });
    for (let number = 1; number <= count; number += 1) {
      select.append(make("option", { value: number, selected: number === value }, `${number}`));
    }
    if (averaged) select.replaceChildren(make("option", {}, stage.words.mean));
    select.disabled = averaged;
    const arrow = (by, mark) =>
      make(
        "button",
        {
          type: "button",
          "aria-label": `${stage.words[name]} ${by < 0 ? "−" : "+"}`,
          "data-control": `${name}${by}`,
          disabled: averaged,
          onclick: () => step(by),
        },
        mark,
      );
    return make(
      "div",
      { class: "at-stepper" },
      make("span", { "aria-hidden": "true" }, stage.words[name]),
      arrow(-1, "‹"),
      select,
      arrow(1, "›"),
      make("span", { class: "at-of", "aria-hidden": "true" }, `/ ${count}`),
    );
  }

  function menu(stage, name, values) {
    const select = make("select", {
      "data-control": name,
      onchange: (event) => stage.go({ [name]: event.target.value }),
    });
    for (const value of values)
      select.append(
        make(
          "option",
          { value, selected: value === stage.look[name] },
          stage.words[`${name}_${value}`],
        ),
      );
    return make("label", { class: "at-menu" }, make("span", {}, stage.words[name]), select);
  }

  function check(stage, name) {
    const box = make("input", {
      type: "checkbox",
      "data-control": name,
      checked: stage.look[name] === "yes",
      onchange: (event) => stage.go({ [name]: event.target.checked ? "yes" : "no" }),
    });
    return make("label", { class: "at-check" }, box, make("span", {}, stage.words[name]));
  }

  function buildTabs(stage) {
    const panels = PANELS.filter(
      (name) => !(stage.static && !["heat", "lines", "pieces"].includes(name)),
    );
    const tabs = panels.map((name) =>
      make(
        "button",
        {
          type: "button",
          role: "tab",
          id: `at-tab-${name}`,
          "aria-selected": `${name === stage.panel}`,
          "aria-controls": "at-panel",
          tabindex: name === stage.panel ? "0" : "-1",
          onclick: () => stage.choose(name),
        },
        stage.words[`panel_${name}`],
      ),
    );
    const had = stage.parts.tabs.contains(document.activeElement);
    stage.parts.tabs.replaceChildren(...tabs);
    stage.parts.tabs.onkeydown = (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      stage.choose(panels[(panels.indexOf(stage.panel) + by + panels.length) % panels.length]);
    };
    const chosen = tabs[panels.indexOf(stage.panel)];
    stage.parts.panel.setAttribute("aria-labelledby", chosen.id);
    if (had) chosen.focus();
  }

  Object.assign(parts, { buildControls, buildTabs });
})();
