// The drawing tab's small parts: files of the server, links to save, the strip of a film's steps.

(() => {
  const parts = ((window.showTell ??= {}).drawingParts = {});
  const { make, fill } = window.showTell.dom;

  // A file of the server, wherever the page is mounted.
  const address = (path) => new URL(`gradio_api/file=${path}`, document.baseURI).href;

  function saveLinks(words, files) {
    const link = ([name, path]) =>
      make(
        "a",
        {
          href: address(path),
          download: path.split("/").pop(),
          class: "dr-save",
          "data-save": name,
        },
        name.toUpperCase(),
      );
    return make(
      "div",
      { class: "dr-saves" },
      make("span", {}, words.save_as),
      ...Object.entries(files)
        .filter(([, path]) => path)
        .map(link),
    );
  }

  // Thumbnails over a slider, and a play button. `show(index)` is told where it stands.
  class Strip {
    constructor(words, label, show) {
      this.words = words;
      this.show = show;
      this.frames = [];
      this.thumbs = make("div", { class: "dr-thumbs" });
      this.slider = make("input", {
        type: "range",
        min: 0,
        max: 0,
        value: 0,
        "aria-label": label,
        oninput: () => this.go(Number(this.slider.value), true),
      });
      this.button = make(
        "button",
        { type: "button", class: "dr-play", onclick: () => this.toggle() },
        words.play,
      );
      this.caption = make("span", { class: "dr-caption" });
      this.element = make(
        "div",
        { class: "dr-strip" },
        this.thumbs,
        make("div", { class: "dr-scrub" }, this.button, this.slider, this.caption),
      );
    }

    fill(frames, captions) {
      this.captions = captions;
      frames.forEach((frame, index) => {
        if (this.frames[index] === frame) return;
        const old = this.thumbs.children[index];
        const thumb = make("img", { src: frame, alt: "", onclick: () => this.go(index, true) });
        if (old) old.replaceWith(thumb);
        else this.thumbs.append(thumb);
      });
      while (this.thumbs.children.length > frames.length) this.thumbs.lastChild.remove();
      this.frames = [...frames];
      this.slider.max = Math.max(0, frames.length - 1);
      this.button.disabled = frames.length < 2;
    }

    go(index, byHand = false) {
      if (byHand) this.stop();
      this.at = index;
      this.slider.value = index;
      this.caption.textContent = this.captions[index] ?? "";
      this.slider.setAttribute("aria-valuetext", this.captions[index] ?? "");
      [...this.thumbs.children].forEach((thumb, number) =>
        thumb.toggleAttribute("data-on", number === index),
      );
      this.show(index);
    }

    toggle() {
      if (this.playing) return this.stop();
      this.button.textContent = this.words.pause;
      if (this.at === this.frames.length - 1) this.go(0);
      const next = () => {
        if (!this.element.isConnected) return this.stop();
        const last = this.at === this.frames.length - 1;
        this.go(last ? 0 : this.at + 1);
        const stays = this.at === this.frames.length - 1 ? 1400 : 140;
        this.playing = setTimeout(next, stays);
      };
      this.playing = setTimeout(next, 140);
    }

    stop() {
      clearTimeout(this.playing);
      this.playing = null;
      this.button.textContent = this.words.play;
    }
  }

  Object.assign(parts, { make, fill, address, saveLinks, Strip });
})();
