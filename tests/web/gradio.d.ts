// What gradio hands to the script of a gr.HTML (its js_on_load), as far as the app uses it.

/** The component's own values; the app's stages use `value` alone, which is JSON text. */
interface GradioProps {
  value: string | null;
}

/** The Python functions that the component was given, each as an async one. */
// biome-ignore lint/suspicious/noExplicitAny: what they take and answer is each stage's own affair
type GradioServer = Record<string, (ask: any) => Promise<any>>;

/** What `mount` gets. Python reads the second argument of `trigger` as `gr.EventData`. */
interface Bridge {
  element: HTMLElement;
  props: GradioProps;
  server: GradioServer;
  trigger: (event: string, data?: object) => void;
  saved?: boolean; // nobody is there to ask
  watch: (prop: string, callback: () => void) => void;
}

/** The texts of a stage by name, in the visitor's language. */
type Texts = Record<string, string>;
