// What the parts of the attention tab share: tokens as they are shown, and picking one.

(() => {
  const parts = ((window.showTell ??= {}).attentionParts ??= {});
  const { make } = window.showTell.dom;
  const PANELS = ["heat", "lines", "steps", "layers", "effect", "hand", "pieces"];

  function piece([text, token, id, start, end, special, sentence, part, whole]) {
    const visible = text.replace(/\n/g, "⏎").replace(/\t/g, "⇥").trim() || (special ? token : "␣");
    const label = whole > 1 ? `${visible} ${part}/${whole}` : visible;
    return { text, token, id, start, end, special, sentence, part, parts: whole, label };
  }

  // A token's name, as a button that pins it where it is one of those that look.
  function pick(stage, side, index) {
    const { label } = stage.pieces[side][index];
    if (side !== stage.stack.rows) return label;
    return picking(stage, `token-${index}`, index === stage.look.token - 1, label, () =>
      stage.pinToken(index),
    );
  }

  function picking(stage, name, pressed, label, act) {
    const onclick = () => {
      stage.picked = name;
      act();
    };
    return make(
      "button",
      {
        type: "button",
        class: "at-pick",
        "data-pick": name,
        "aria-pressed": `${pressed}`,
        onclick,
      },
      label,
    );
  }

  // A table that was built anew: the button that was pressed has the focus again.
  function refocus(stage) {
    if (stage.picked) stage.parts.panel.querySelector(`[data-pick="${stage.picked}"]`)?.focus();
    stage.picked = null;
  }

  // Whether the heat-map is that of one head over all tokens, as the numbers of the other views are.
  const isWhole = ({ average, hide, pair }) =>
    average === "none" && hide === "none" && pair === "all";
  const ofOneHead = ({ look, words }) =>
    words.of_one_head.replace("{layer}", look.layer).replace("{head}", look.head);

  Object.assign(parts, { make, piece, pick, picking, refocus, isWhole, ofOneHead, PANELS });
})();
