// Opens pages in headless Chromium and tells what axe-core, a keyboard and a ruler find in them.
// One argument: JSON with "pages" (paths), "browser" (path) and "library" (the axe-core file).
// It prints one line of JSON a page. Nothing is fetched but the pages themselves.
const { chromium } = require("playwright-core");
const { pathToFileURL } = require("node:url");

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const MODES = {
  light: { viewport: WIDE, colorScheme: "light" },
  dark: { viewport: WIDE, colorScheme: "dark" },
  "320 px": { viewport: { width: 320, height: 640 }, colorScheme: "light" },
  // 1280 by 1024 at 400 %: a quarter of the CSS pixels, each four times as large.
  "400 %": { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4, colorScheme: "light" },
};
const MOST_TABS = 3000;

async function opened(browser, address, options, use) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  try {
    const page = await context.newPage();
    await page.goto(address);
    return await use(page);
  } finally {
    await context.close();
  }
}

const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));

async function violations(page, library) {
  await page.addScriptTag({ path: library });
  // Every rule of axe-core, its best practices among them; "incomplete" needs a person's eye.
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((one) => ({
    rule: one.id,
    places: one.nodes.length,
    first: one.nodes[0].html.slice(0, 160),
  }));
}

// Pressing Tab tells more than counting elements: browsers add boxes that scroll by themselves.
async function tabStops(page) {
  for (let stops = 0; stops < MOST_TABS; stops += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement === document.body)) return stops;
    const again = await page.evaluate(() => {
      const seen = document.activeElement.dataset.qafSeen;
      document.activeElement.dataset.qafSeen = "yes";
      return seen === "yes";
    });
    if (again) return stops;
  }
  return MOST_TABS;
}

// Height of letters as they are seen, in CSS pixels: a drawing may be scaled to its box.
const smallestLetter = (page) =>
  page.evaluate(() => {
    const seen = (node) => node.checkVisibility() && node.getBoundingClientRect().width > 0;
    const letters = [...document.querySelectorAll("svg text")].filter(seen).map((node) => {
      const { a, b } = node.getScreenCTM();
      return parseFloat(getComputedStyle(node).fontSize) * Math.hypot(a, b);
    });
    return letters.length ? Math.round(100 * Math.min(...letters)) / 100 : null;
  });

const extent = (page) =>
  page.evaluate(() => ({
    height: document.documentElement.scrollHeight,
    sideways: document.documentElement.scrollWidth - window.innerWidth,
  }));

async function measured(browser, path, library) {
  const address = pathToFileURL(path).href;
  const told = { page: path, axe: {}, refused: [] };
  for (const [mode, options] of Object.entries(MODES)) {
    // axe-core is let in past the page's own policy, which refuses every script but its own.
    told.axe[mode] = await opened(browser, address, { ...options, bypassCSP: true }, async (page) => {
      const folded = await violations(page, library);
      await unfold(page);
      return [...folded, ...(await violations(page, library))];
    });
  }
  await opened(browser, address, { viewport: WIDE }, async (page) => {
    page.on("console", (said) => told.refused.push(said.text()));
    await page.reload();
    told.tabs = await tabStops(page);
  });
  await opened(browser, address, { viewport: PHONE }, async (page) => {
    told.phone = await extent(page);
    told.phone.tabs = await tabStops(page);
    await unfold(page);
    told.phone.unfolded = (await extent(page)).height;
    told.phone.letter = await smallestLetter(page);
  });
  await opened(browser, address, { viewport: { width: 320, height: 640 } }, async (page) => {
    await unfold(page);
    told.narrow = await extent(page);
  });
  return told;
}

async function main() {
  const asked = JSON.parse(process.argv[2]);
  const browser = await chromium.launch({
    executablePath: asked.browser,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    for (const path of asked.pages) {
      console.log(JSON.stringify(await measured(browser, path, asked.library)));
    }
  } finally {
    await browser.close();
  }
}

main();
