/** The position that a person points at, shared by all charts. */

export class Cursor {
  /** In units of the x axis; null when nothing is pointed at. */
  position: number | null = null;
  private readonly listeners = new Set<() => void>();

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  move(position: number | null): void {
    if (position === this.position) return;
    this.position = position;
    for (const listener of this.listeners) listener();
  }
}
