// Light or dark as the reader's system says; a box of buttons is no landmark of the page.
const dark = matchMedia("(prefers-color-scheme: dark)");
const wear = () => (document.body.dataset.mdColorScheme = dark.matches ? "slate" : "default");
wear();
dark.addEventListener("change", wear);
const name = () =>
  document.querySelectorAll("nav.md-code__nav").forEach((box) => box.setAttribute("role", "none"));
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
