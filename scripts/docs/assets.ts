/**
 * The style and the script of the reference page.
 *
 * @module
 */

/** The style: dark and light, from a phone's width on. */
export const STYLE = `
:root { --back: #fdfdfc; --text: #1c1e21; --faint: #5b626b; --line: #dcdfe3; --code: #f1f3f5; --link: #0a58ca; }
:root[data-theme=dark] { --back: #15181c; --text: #e3e6ea; --faint: #9aa3ad; --line: #30363d; --code: #20252b; --link: #79b8ff; }
@media (prefers-color-scheme: dark) {
  :root:not([data-theme=light]) { --back: #15181c; --text: #e3e6ea; --faint: #9aa3ad; --line: #30363d; --code: #20252b; --link: #79b8ff; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
header { position: sticky; top: 0; z-index: 1; display: flex; gap: .75rem; align-items: center; padding: .6rem 1rem;
  background: var(--back); border-bottom: 1px solid var(--line); }
header .top { font-weight: 700; color: var(--text); text-decoration: none; white-space: nowrap; }
header small { color: var(--faint); font-weight: 400; }
#search { flex: 1; min-width: 0; padding: .45rem .7rem; font: inherit; color: inherit; background: var(--code);
  border: 1px solid var(--line); border-radius: .4rem; }
#theme { font: inherit; padding: .35rem .65rem; color: inherit; background: var(--code); border: 1px solid var(--line);
  border-radius: .4rem; cursor: pointer; }
main { max-width: 58rem; margin: 0 auto; padding: 1rem 1rem 6rem; }
h1 { margin: 2.5rem 0 1rem; font-size: 1.6rem; }
h2 { margin: 0 0 .3rem; font-size: 1.2rem; }
h3 { margin: 1rem 0 .3rem; font-size: 1rem; }
h2, h3, p, li, dt, dd, code { overflow-wrap: anywhere; }
small, nav span, .hood { color: var(--faint); font-weight: 400; }
a { color: var(--link); }
article { padding: 1.2rem 0; border-top: 1px solid var(--line); }
article.key { padding: .4rem 0 .4rem 1rem; border-top: 0; border-left: 3px solid var(--line); margin-bottom: .6rem; }
article.key h3 { margin: 0; }
article:target { border-left: 3px solid var(--link); padding-left: 1rem; }
code, pre { font: 13.5px/1.5 ui-monospace, monospace; }
pre { margin: .5rem 0; padding: .6rem .8rem; background: var(--code); border-radius: .4rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
dl { margin: .4rem 0; }
dt { margin-top: .5rem; }
dd { margin: 0 0 0 1.2rem; }
nav ul { list-style: none; margin: .3rem 0 1rem; padding: 0; columns: 24rem 2; }
nav li { break-inside: avoid; }
nav summary { cursor: pointer; font-weight: 600; }
.columns { columns: 14rem; }
mark { background: #ffe58a; color: #1c1e21; }
`;

/** The script: search, and the choice of dark or light. */
export const SCRIPT = `
"use strict";
const search = document.getElementById("search");
const found = document.getElementById("found");
const articles = [...document.querySelectorAll("article")].map((element) => (
  { element, text: element.textContent.toLowerCase(), name: element.querySelector("h2, h3").textContent.toLowerCase() }
));
const apart = [...document.querySelectorAll("nav, h1")];
function show() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const { element, text, name } of articles) {
    const fits = words.every((word) => text.includes(word));
    element.hidden = !fits;
    // The list of all commands has every word of their summaries, so it comes last.
    element.style.order = element.id === "lxops" ? "2" : words.every((word) => name.includes(word)) ? "0" : "1";
    if (fits) count++;
  }
  for (const element of apart) element.hidden = words.length > 0;
  const main = document.querySelector("main");
  main.style.display = words.length > 0 ? "flex" : "";
  main.style.flexDirection = "column";
  found.style.order = "-1";
  found.hidden = words.length === 0;
  found.textContent = count === 0 ? "Nothing has all these words" : count === 1 ? "1 entry" : count + " entries";
}
search.addEventListener("input", () => { show(); scrollTo(0, 0); });
addEventListener("hashchange", () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.hidden) { search.value = ""; show(); }
  if (target) target.scrollIntoView();
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  if (event.key === "Escape" && search.value !== "") { search.value = ""; show(); }
});
const root = document.documentElement;
document.getElementById("theme").addEventListener("click", () => {
  const now = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
});
`;
