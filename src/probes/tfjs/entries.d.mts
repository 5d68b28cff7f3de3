export interface Bundle {
  from: string;
  to: string;
  [option: string]: unknown;
}
export declare const bundles: Bundle[];
export declare const copies: { from: string; to: string }[];
