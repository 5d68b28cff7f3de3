/** The few lines that make building a page by hand readable. */

export type Child = Node | string | null | undefined;

export interface Properties {
  class?: string;
  text?: string;
  /** Attributes as they are written in HTML. */
  attributes?: Record<string, string>;
  on?: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  configure(made, properties, children);
  return made;
}

/** Applies properties to an element that something else made (a toolkit component). */
export function configure(target: HTMLElement, properties: Properties, children: Child[] = []): void {
  if (properties.class) target.className = properties.class;
  if (properties.text !== undefined) target.textContent = properties.text;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) target.setAttribute(name, value);
  for (const [name, listener] of Object.entries(properties.on ?? {})) {
    target.addEventListener(name, listener as EventListener);
  }
  for (const child of children) if (child !== null && child !== undefined) target.append(child);
}

/** Sets the text only where it differs, so that nothing is announced or laid out in vain. */
export function setText(target: Element, value: string): void {
  if (target.textContent !== value) target.textContent = value;
}

export function setHidden(target: HTMLElement, hidden: boolean): void {
  if (target.hidden !== hidden) target.hidden = hidden;
}
