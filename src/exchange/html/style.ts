/** The look of the report. Lines of charts are told apart by colour-blind eyes too (Okabe and Ito's palette). */
export const STYLE = `
:root { --text:#1f1f1f; --muted:#5f6368; --page:#fff; --card:#f7f8f9; --edge:#d9dce0; --grid:#e4e6e9;
  --error:#b3261e; --warning:#8a5a00; --info:#0b57a4; --hint:#5f6368; --change:#652d90; --good:#1a6b3c; --mark:#fff1c2;
  --c0:#0072b2; --c1:#c75000; --c2:#00805e; --c3:#a8478a; --c4:#7a6a00; --c5:#5b5fc7; }
@media (prefers-color-scheme: dark) {
  :root { --text:#e3e3e3; --muted:#a2a7ad; --page:#1b1c1e; --card:#232528; --edge:#3c4045; --grid:#33363a;
    --error:#ff8f85; --warning:#e5b84b; --info:#7db8ff; --hint:#a2a7ad; --change:#c9a0ec; --good:#6fcf97; --mark:#4a4020;
    --c0:#56b4e9; --c1:#e69f00; --c2:#2fc497; --c3:#dd8fbd; --c4:#f0e442; --c5:#a3a6ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { margin: 0 0 4px; font-size: 1.7em; overflow-wrap: anywhere; }
h2 { margin: 36px 0 12px; font-size: 1.25em; }
h3 { margin: 0 0 6px; font-size: 1.02em; }
h4 { margin: 12px 0 4px; font-size: 0.95em; }
p { margin: 6px 0; }
ul, ol { margin: 4px 0; padding-left: 22px; }
.status, .where, .note, .empty, .x, .y { color: var(--muted); }
.note { font-size: 0.85em; font-weight: 400; }
.problem { color: var(--error); }
.badge { display: inline-block; padding: 0 8px; border: 1px solid currentColor; border-radius: 10px;
  font-size: 0.82em; font-weight: 600; color: var(--muted); }
.badge.error, .badge.failed, .badge.lost { color: var(--error); }
.badge.warning { color: var(--warning); } .badge.info { color: var(--info); } .badge.completed { color: var(--good); }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0 0; }
.tiles div { flex: 1 1 150px; padding: 10px 14px; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); }
.tiles dt { color: var(--muted); font-size: 0.85em; }
.tiles dd { margin: 0; font-size: 1.25em; font-variant-numeric: tabular-nums; }
.tiles .note { display: block; font-size: 0.68em; }
article { margin: 0 0 14px; padding: 14px 18px; border: 1px solid var(--edge); border-left: 4px solid var(--muted);
  border-radius: 8px; background: var(--card); }
article.error { border-left-color: var(--error); } article.warning { border-left-color: var(--warning); }
article.info { border-left-color: var(--info); }
.message { font-weight: 600; }
pre { margin: 8px 0; padding: 10px 12px; overflow-x: auto; border: 1px solid var(--edge); border-radius: 6px;
  background: var(--page); font: 13px/1.55 ui-monospace, monospace; }
pre .number { color: var(--muted); }
mark { display: inline-block; min-width: 100%; background: var(--mark); color: inherit; }
code { font: 0.92em ui-monospace, monospace; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 5px 10px 5px 0; border-bottom: 1px solid var(--edge); text-align: left; vertical-align: top; }
.evidence { width: auto; } .evidence th { font-weight: 400; color: var(--muted); } .evidence td { font-variant-numeric: tabular-nums; }
td.ran { color: var(--good); } td.skipped { color: var(--muted); }
td:nth-child(2) { white-space: nowrap; }
.scroll { overflow-x: auto; }
dl:not(.tiles) { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 10px 0; }
dl:not(.tiles) dt { color: var(--muted); } dl:not(.tiles) dd { margin: 0; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 14px; }
figure { margin: 0; padding: 12px 14px; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); }
figure.wide { grid-column: 1 / -1; }
figcaption { margin-bottom: 6px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
.legend { display: flex; flex-wrap: wrap; gap: 0 16px; padding: 0; list-style: none; font-size: 0.86em; }
.legend b { font-weight: 500; font-variant-numeric: tabular-nums; color: var(--muted); }
.legend .gaps, .legend .error { color: var(--error); } .legend .warning { color: var(--warning); } .legend .info { color: var(--info); }
.dashed::before { content: '- - '; color: var(--muted); }
.swatch { display: inline-block; width: 16px; height: 3px; margin-right: 6px; vertical-align: middle; background: currentColor; }
text { font: 11px system-ui, sans-serif; fill: var(--muted); } text.y { text-anchor: end; } text.x { text-anchor: middle; }
.grid { stroke: var(--grid); } .guide { stroke: var(--muted); stroke-dasharray: 5 4; }
.line { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linejoin: round; }
.band { fill: currentColor; opacity: 0.2; } .dot { fill: currentColor; }
.nonfinite { stroke: var(--error); }
.mark { color: var(--muted); } .mark.error { color: var(--error); } .mark.warning { color: var(--warning); }
.mark.info { color: var(--info); } .mark.change { color: var(--change); }
.mark .stem { stroke: currentColor; stroke-dasharray: 2 3; } .mark path { fill: currentColor; }
.c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); }
.c4 { color: var(--c4); } .c5 { color: var(--c5); }
:focus-visible { outline: 2px solid var(--info); outline-offset: 2px; }
@media print { body { background: #fff; } article, figure { break-inside: avoid; } }
`;
