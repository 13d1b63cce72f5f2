/* What the theme leaves out for screen readers and keyboards. */
addEventListener("load", () => {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  const seen = new Map();
  for (const list of document.querySelectorAll("nav:not([aria-labelledby])")) {
    const name = list.getAttribute("aria-label") ?? "Code";
    seen.set(name, (seen.get(name) ?? 0) + 1);
    list.setAttribute("aria-label", seen.get(name) > 1 ? `${name}, ${seen.get(name)}` : name);
  }
  for (const wide of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code")) wide.tabIndex = 0;
});
