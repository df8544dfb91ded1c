// The drawing tab's stage. It is sent steps of a drawing under way, then the finished pictures, or a
// grid, or the way between two prompts; each of them draws itself here, and is scrubbed and pointed
// at without asking the server.

(() => {
  const showTell = (window.showTell ??= {});
  const parts = showTell.drawingParts;
  const { make, fill, address, saveLinks } = parts;
  let stage = null;

  class Stage {
    constructor(element, chose) {
      this.element = element;
      this.chose = chose;
    }

    show(data) {
      if (!data) return this.clear();
      this.data = data;
      if (data.kind === "grid") return this.grid(data);
      if (data.kind === "way") return this.way(data);
      if (data.kind === "live") return this.live(data);
      return this.drawn(data);
    }

    clear() {
      this.easel = this.run = null;
      this.strip?.stop();
      this.element.replaceChildren();
    }

    // ---- a picture under way ----

    live(data) {
      if (this.run !== data.run) this.begin(data);
      this.easel.hidden = false;
      const picture = (this.pictures[data.number] ??= { frames: [] });
      if (this.number !== data.number) this.open(data.number);
      picture.frames[data.step - 1] = data.frame;
      picture.steps = data.steps;
      const frames = [...picture.frames].map(
        (frame, at) => frame ?? picture.frames.slice(0, at).findLast(Boolean) ?? data.frame,
      );
      const captions = frames.map((_, at) =>
        fill(data.words.step_of, { step: at + 1, steps: data.steps }),
      );
      this.strip.element.hidden = false;
      this.strip.fill(frames, captions);
      this.strip.go(frames.length - 1);
      this.says.textContent = data.words.drawing_now;
      this.list();
    }

    begin(data) {
      this.strip?.stop();
      this.run = data.run;
      this.words = data.words;
      this.pictures = [];
      this.number = null;
      this.count = data.count ?? 1;
      this.image = make("img", { class: "dr-image", alt: "" });
      this.veil = make("canvas", {
        class: "dr-veil",
        width: 256,
        height: 256,
        "aria-hidden": "true",
      });
      this.panel = new parts.Words(data.words, this.veil);
      this.frame = make("div", { class: "dr-frame" }, this.image, this.veil);
      this.frame.addEventListener("pointermove", (event) => this.over(event));
      this.frame.addEventListener("pointerleave", () => this.panel.over(null, null));
      this.says = make("p", { class: "dr-says", role: "status" });
      this.strip = new parts.Strip(data.words, data.words.film_label, (index) =>
        this.scrubbed(index),
      );
      this.all = make("div", { class: "dr-all" });
      this.saves = make("div");
      this.easel = make(
        "div",
        { class: "dr" },
        make(
          "div",
          { class: "dr-main" },
          make("figure", { class: "dr-figure" }, this.frame, this.says),
          this.panel.element,
        ),
        this.strip.element,
        this.all,
        this.saves,
      );
      this.panel.show(null);
      this.element.replaceChildren(this.easel);
    }

    over(event) {
      const box = this.frame.getBoundingClientRect();
      this.panel.over(
        (event.clientX - box.left) / box.width,
        (event.clientY - box.top) / box.height,
      );
    }

    scrubbed(index) {
      const picture = this.pictures[this.number];
      const isLast = index === this.strip.frames.length - 1;
      const isFinished = isLast && picture.file;
      const source = isFinished ? address(picture.file) : this.strip.frames[index];
      if (source && this.image.src !== source) this.image.src = source;
      this.says.textContent =
        isFinished && picture.finished === "end"
          ? this.words.finished_picture
          : fill(this.words.was, { step: index + 1 });
      this.panel.at(index);
    }

    // ---- finished pictures ----

    drawn(data) {
      if (this.run !== data.run) this.begin({ ...data, count: data.pictures.length });
      const following =
        this.number === null ||
        this.number === this.pictures.length - 1 ||
        this.number === data.pictures.length - 1;
      const before = this.pictures;
      this.pictures = data.pictures.map((picture, number) => ({
        ...picture,
        frames: picture.frames?.length
          ? picture.frames
          : (before[number]?.frames ?? []).filter(Boolean),
      }));
      this.count = Math.max(data.pictures.length, 1);
      this.open(
        following ? data.pictures.length - 1 : this.number,
        this.strip.at === undefined || !this.filmed,
      );
      this.filmed = data.pictures.some((picture) => picture.films?.webp);
    }

    open(number, toTheEnd = true) {
      const changed = this.number !== number;
      this.number = number;
      const picture = this.pictures[number];
      this.easel.classList.toggle("dr-is-blocked", Boolean(picture.blocked));
      if (picture.blocked) {
        this.strip.fill([], []);
        this.image.removeAttribute("src");
        this.panel.show(null);
        this.saves.replaceChildren();
        return this.list();
      }
      const frames = picture.frames?.length
        ? picture.frames
        : picture.file
          ? [address(picture.file)]
          : [];
      this.strip.fill(
        frames,
        frames.map((_, at) =>
          fill(this.words.step_of, { step: at + 1, steps: picture.steps ?? frames.length }),
        ),
      );
      this.strip.element.hidden = frames.length < 2;
      this.image.alt = picture.prompt
        ? fill(this.words.picture_label, { prompt: picture.prompt })
        : "";
      if (picture.attention !== this.attention || changed)
        this.panel.show(picture.attention ?? null);
      this.attention = picture.attention;
      if (frames.length)
        this.strip.go(
          toTheEnd ? frames.length - 1 : Math.min(this.strip.at ?? 0, frames.length - 1),
        );
      this.saves.replaceChildren(
        picture.file
          ? saveLinks(this.words, { png: picture.file, ...picture.films, json: picture.recipe })
          : "",
      );
      this.list();
      if (changed) this.chose();
    }

    // All pictures of the run, where there are several.
    list() {
      if (this.count < 2 && this.pictures.length < 2) return this.all.replaceChildren();
      const button = (picture, number) => {
        const label = fill(this.words.picture_number, {
          number: number + 1,
          seed: picture.seed ?? "",
        });
        const source = picture.file
          ? address(picture.file)
          : picture.frames?.filter(Boolean).at(-1);
        return make(
          "button",
          {
            type: "button",
            "aria-pressed": `${number === this.number}`,
            "aria-label": label,
            title: label,
            onclick: () => this.open(number),
          },
          source ? make("img", { src: source, alt: "" }) : "–",
        );
      };
      this.all.replaceChildren(...this.pictures.map(button));
    }

    // ---- what if ----

    grid(data) {
      this.clear();
      this.element.replaceChildren(make("div", { class: "dr" }, parts.grid(data)));
    }

    way(data) {
      if (this.run !== data.run) {
        this.clear();
        this.run = data.run;
        this.image = make("img", { class: "dr-image", alt: `${data.from} → ${data.to}` });
        this.strip = new parts.Strip(
          data.words,
          data.words.film_label,
          (index) => (this.image.src = this.strip.frames[index]),
        );
        this.saves = make("div");
        const figure = make(
          "figure",
          { class: "dr-figure" },
          make("div", { class: "dr-frame" }, this.image),
        );
        this.element.replaceChildren(
          make(
            "div",
            { class: "dr" },
            make("div", { class: "dr-main" }, figure),
            this.strip.element,
            this.saves,
          ),
        );
      }
      this.strip.fill(data.frames, data.shares);
      if (data.frames.length) this.strip.go(data.frames.length - 1);
      this.saves.replaceChildren(
        Object.keys(data.films).length ? saveLinks(data.words, data.films) : "",
      );
    }
  }

  // `trigger` reports a choice to the form.
  function mount(element, props, trigger, watch) {
    stage = new Stage(element, () => trigger("chose"));
    const follow = () => stage.show(props.value ? JSON.parse(props.value) : null);
    watch("value", follow);
    follow();
  }

  // The number of the picture on screen, for the form's unseen field.
  const chosen = () => `${stage?.number ?? 0}`;

  Object.assign(showTell, { drawing: { mount, chosen } });
})();
