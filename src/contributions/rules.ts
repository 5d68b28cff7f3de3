/** Rules that settings and launch.json name. */
export function ruleIds(): string[] {
  return [];
}
