// What the stages build with: elements, and texts with values in them.

(() => {
  // An element. "onclick" and the like listen; true is an attribute without a value; what is false
  // or missing is left out, as a child, too.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    const isGiven = (value) => value !== null && value !== undefined && value !== false;
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (isGiven(value)) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter(isGiven));
    return element;
  }

  // "Step {step} of {steps}" and values.
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  (window.showTell ??= {}).dom = { make, fill };
})();
