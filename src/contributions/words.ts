/** Collects the English words of the manifest under keys, and gives the `%key%` that stands for them. */
export class Words {
  readonly english: Record<string, string> = {};

  /** @throws Error when the key already stands for other words. */
  put(key: string, words: string): string {
    const known = this.english[key];
    if (known !== undefined && known !== words)
      throw new Error(`Two texts for ${key}: "${known}" and "${words}"`);
    this.english[key] = words;
    return `%${key}%`;
  }
}
