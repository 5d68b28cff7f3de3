/** Watches over a held training that nobody looks at. */
export class Grace {
  private timer: NodeJS.Timeout | null = null;
  private clients = 0;
  private held = false;

  /** @param seconds until `over` is called, where training is held and no client is there. */
  constructor(
    private readonly seconds: number,
    private readonly over: () => void,
  ) {}

  attended(clients: number): void {
    this.clients = clients;
    this.watch();
  }

  holds(held: boolean): void {
    this.held = held;
    this.watch();
  }

  private watch(): void {
    const alone = this.held && this.clients === 0;
    if (alone) this.timer ??= setTimeout(this.over, this.seconds * 1000);
    else if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
