// @ts-check
// The base of every stage: JSON text comes down from Python, events with data go up.

/** @template {object} Data what Python sends */
export class Widget {
  /** @param {Bridge} bridge */
  constructor({ element, props, server, trigger, watch }) {
    this.element = element;
    this.server = server;
    this.send = trigger;
    this.props = props;
    this.watch = watch;
  }

  /** Show what is there, and from now on whatever comes. */
  follow() {
    this.watch("value", () => this.receive());
    this.receive();
  }

  receive() {
    const { value } = this.props;
    if (value) this.show(JSON.parse(value));
    else this.clear();
  }

  /**
   * For the stage to write.
   * @param {Data} _data
   */
  show(_data) {
    throw new Error("a widget must show its data");
  }

  /** Nothing to show. */
  clear() {
    this.element.replaceChildren();
  }
}
