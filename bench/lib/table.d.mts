export function printTable(title: string, header: string[], rows: (string | number)[][]): void;
export function fixed(value: number, digits?: number): string;
export function thousands(value: number): string;
export function megabytes(bytes: number): string;
export function median(values: readonly number[]): number;
