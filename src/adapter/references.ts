/** Numbers that a client hands back later, and what they stand for. */
export class References<T> {
  private next = 1;
  private readonly numbers = new Map<string, number>();
  private readonly entries = new Map<number, T>();

  /** @param key the same thing asked for twice has one number. */
  add(key: string, value: T): number {
    const number = this.numbers.get(key) ?? this.next++;
    this.numbers.set(key, number);
    this.entries.set(number, value);
    return number;
  }

  /** Of what stays valid when all else is forgotten. */
  keep(value: T): number {
    this.entries.set(this.next, value);
    return this.next++;
  }

  get(number: number): T | undefined {
    return this.entries.get(number);
  }

  /** Numbers are not given twice: an old one is known as such. */
  forget(): void {
    for (const number of this.numbers.values()) this.entries.delete(number);
    this.numbers.clear();
  }
}
