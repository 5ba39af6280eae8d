// Finds words in the report: what does not hold them all is hidden until the box is empty again.
// Without this script the page is whole, and the box is not shown.
"use strict";
{
  const box = document.getElementById("page-search-for");
  const said = document.getElementById("page-search-said");
  const parts = [...document.querySelectorAll(".part")];
  const headings = "h2, h3, summary";
  const isHeading = (node) => node.matches(headings);
  const blocksOf = (part) =>
    [...part.children].filter((node) => !isHeading(node) && !node.matches(".part, .back"));
  const textOf = (node) =>
    [node, ...node.querySelectorAll("[aria-label]")]
      .map((each) => `${each.textContent} ${each.getAttribute("aria-label") ?? ""}`)
      .join(" ")
      .toLowerCase();
  let texts = null;
  let unfolded = null;

  const start = () => {
    texts ??= new Map(
      parts.map((part) => [
        part,
        {
          heading: textOf([...part.children].find(isHeading)),
          blocks: blocksOf(part).map((node) => ({ node, text: textOf(node) })),
        },
      ]),
    );
    unfolded ??= parts.map((part) => part.open);
  };

  const stop = () => {
    for (const node of document.querySelectorAll(".body [hidden]")) node.hidden = false;
    if (unfolded) parts.forEach((part, place) => (part.open = unfolded[place]));
    unfolded = null;
    document.body.classList.remove("searching");
    said.textContent = "";
  };

  // A part is shown whole where its heading holds the words; it returns how much was found.
  const filter = (part, words, isWhole) => {
    const holds = (text) => words.every((word) => text.includes(word));
    const { heading, blocks } = texts.get(part);
    const whole = isWhole || holds(heading);
    let found = whole && !isWhole ? 1 : 0;
    for (const { node, text } of blocks) {
      const holdsAll = holds(text);
      node.hidden = !whole && !holdsAll;
      if (holdsAll) found += 1;
    }
    for (const inner of part.querySelectorAll(":scope > .part")) {
      found += filter(inner, words, whole);
    }
    part.hidden = found === 0 && !isWhole;
    if (part.matches("details")) part.open = found > 0;
    return found;
  };

  const search = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return stop();
    start();
    document.body.classList.add("searching");
    window.scrollTo(0, 0);
    const each = parts
      .filter((part) => !part.parentElement.closest(".part"))
      .map((part) => filter(part, words, false));
    const places = each.reduce((sum, found) => sum + found, 0);
    const sections = each.filter((found) => found > 0).length;
    said.textContent =
      places === 0
        ? "Nothing holds these words."
        : `${places} ${places === 1 ? "place" : "places"} in ${sections} ` +
          `${sections === 1 ? "section" : "sections"}`;
  };

  // A link may lead to what a search has hidden: the search ends, and the page goes there.
  const follow = (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || !box.value) return;
    box.value = "";
    stop();
  };

  document.getElementById("page-search").hidden = false;
  box.addEventListener("input", search);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    box.value = "";
    stop();
  });
  document.addEventListener("click", follow);
}
