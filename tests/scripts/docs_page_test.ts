/** The reference page in a real browser, which the test does not install. LXOPS_TEST_SCREENSHOTS names a directory for pictures. */
import { assert, assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { referencePage } from "../../scripts/docs/html.ts";
import { documentation } from "../../scripts/docs/pages.ts";
import { findBrowser, openPage, type Page } from "./browser.ts";

const browser = findBrowser();
const pictures = Deno.env.get("LXOPS_TEST_SCREENSHOTS");

async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  const { data } = await page.send("Page.captureScreenshot", { format: "png" });
  await Deno.writeFile(`${pictures}/${name}.png`, Uint8Array.fromBase64(String(data)));
}

async function resize(page: Page, width: number, height = 900): Promise<void> {
  const mobile = width < 500;
  await page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile });
}

/** Elements whose content is wider than they are, and those that stand out at the right. */
const CUT_OFF = `[...document.querySelectorAll("body *")].filter((one) => one.offsetParent !== null &&
  (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).display !== "inline" ||
    one.getBoundingClientRect().right > innerWidth + 1)).map((one) => one.outerHTML.slice(0, 120)).slice(0, 5)`;
const WIDTH = "document.documentElement.scrollWidth";
const SHOWN = `[...document.querySelectorAll("article")].filter((one) => !one.hidden).map((one) => one.id)`;
const BACKGROUND = "getComputedStyle(document.body).backgroundColor";

Deno.test({
  name: `the reference page works in Chromium: search, dark and light, nothing cut off at 360 px${
    browser ? "" : " [skipped: no chromium]"
  }`,
  ignore: !browser,
  fn: async () => {
    const file = await Deno.makeTempFile({ suffix: ".html" });
    try {
      await Deno.writeTextFile(file, referencePage(await documentation(), { version: "1.2.3" }));
      await using page = await openPage(browser!, toFileUrl(file).href);
      await resize(page, 1200);
      await picture(page, "wide");
      await resize(page, 360);
      assertEquals(await page.evaluate(CUT_OFF), []);
      assertEquals(await page.evaluate(WIDTH), 360);
      await picture(page, "phone");

      // As a user types, with the key that leads to the field.
      await page.send("Input.dispatchKeyEvent", { type: "keyDown", key: "/" });
      await page.send("Input.insertText", { text: "keep-old spare" });
      const shown = await page.evaluate(SHOWN) as readonly string[];
      assert(shown.includes("lxops-rebuild") && shown.includes("topic-data"), shown.join(" "));
      assert(!shown.includes("lxops-version"));
      assertEquals(await page.evaluate(CUT_OFF), []);
      await picture(page, "search");
      await page.evaluate(`search.value = "qqxyzzy"; search.dispatchEvent(new Event("input"))`);
      assertEquals(await page.evaluate("found.textContent"), "Nothing has all these words");
      await page.send("Input.dispatchKeyEvent", { type: "keyDown", key: "Escape" });
      assertEquals(await page.evaluate("search.value"), "");
      assert((await page.evaluate(SHOWN) as readonly string[]).includes("lxops-version"));

      const light = await page.evaluate(BACKGROUND);
      await page.send("Emulation.setEmulatedMedia", {
        features: [{ name: "prefers-color-scheme", value: "dark" }],
      });
      const dark = await page.evaluate(BACKGROUND);
      assert(light !== dark, `${light}`);
      await resize(page, 800);
      await page.evaluate(`location.hash = "lxops-image-build"`);
      await page.evaluate(`document.getElementById("lxops-image-build").scrollIntoView()`);
      await picture(page, "dark");
      await page.evaluate(`document.getElementById("theme").click()`);
      assertEquals(await page.evaluate(BACKGROUND), light);
      assertEquals(page.complaints, []);
    } finally {
      await Deno.remove(file);
    }
  },
});
