import type * as vscode from 'vscode';

/** Owns what is registered with it; what comes after the end is ended at once. */
export class Disposable implements vscode.Disposable {
  private readonly owned = new Set<vscode.Disposable>();
  private disposed = false;

  get isDisposed(): boolean {
    return this.disposed;
  }

  dispose(): void {
    this.disposed = true;
    for (const one of this.owned) one.dispose();
    this.owned.clear();
  }

  protected register<T extends vscode.Disposable>(one: T): T {
    if (this.disposed) one.dispose();
    else this.owned.add(one);
    return one;
  }
}
