/** Light and dark, by what the reader's machine prefers. */
export const previewStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#d5dae1;--quiet:#5a6472;--lost:#b3261e;--unsure:#8a5a00}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--paper:#14171b;--line:#333a44;--quiet:#9aa5b3;--lost:#ff8a80;--unsure:#ffca6b}}
body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.5 system-ui,sans-serif}
main{max-width:1100px;margin:0 auto;padding:24px}
h1{font-size:20px}h2{font-size:16px;margin-top:28px}h3{font-size:14px;margin:12px 0 4px}
small,dt{color:var(--quiet)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dd{margin:0}
table{border-collapse:collapse;margin:8px 0;width:100%}
th,td{border-bottom:1px solid var(--line);padding:4px 12px 4px 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
details{border-bottom:1px solid var(--line);padding:6px 0}summary{cursor:pointer}
.two{display:grid;grid-template-columns:1fr 1fr;gap:24px}
.lost>summary,.lost>h2,tr.lost>td:nth-child(2){color:var(--lost)}.unsure>h2{color:var(--unsure)}
`;
