/** The documents name only what exists: links, headings that links lead to, and files. */
import { assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { dirname, join, normalize } from "@std/path";

const ROOT = new URL("../", import.meta.url).pathname;

/** Paths in a document are relative to one of these, or to the document. */
const BASES = ["", "lib"] as const;

/** Documents that describe the past. */
const HISTORY: readonly string[] = ["CHANGELOG.md"];

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
/** A path with a folder in it, as it stands in code spans: `plan/world.ts`, `lib/plan/`. */
const PATH = /`((?:\.\.\/)*[a-z0-9_.]+\/(?:[a-zA-Z0-9_.-]+\/)*(?:[a-zA-Z0-9_-]+\.(?:ts|md|txt|sh|json))?)`/g;

/** A path with a word in capitals for a name: `sections/GROUP/X.ts`. */
const PLACEHOLDER = /(?:^|\/)[A-Z]+(?:\/|\.ts$|$)/;

async function documents(): Promise<readonly string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"];
  const { code, stdout } = await new Deno.Command("git", { args, cwd: ROOT }).output();
  assertEquals(code, 0, "git ls-files failed");
  return new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
}

function exists(path: string): boolean {
  try {
    Deno.statSync(join(ROOT, path));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** Text outside of blocks of code, whose lines are commands. */
const prose = (text: string) => text.replaceAll(/^```.*?^```$/gms, "");

/** The anchors of a document's headings, as web pages of git servers have them. */
function anchors(text: string): readonly string[] {
  return [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(/[^a-z0-9 _-]/g, "").replaceAll(" ", "-")
  );
}

function missingLinks(document: string, text: string): readonly string[] {
  const targets = [...prose(text).matchAll(LINK)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^https?:/.test(target)).filter((target) => {
    const [file = "", anchor] = target.split("#");
    const path = file === "" ? document : normalize(join(dirname(document), file));
    if (!exists(path)) return true;
    return anchor !== undefined && !anchors(Deno.readTextFileSync(join(ROOT, path))).includes(anchor);
  });
}

function missingPaths(document: string, text: string): readonly string[] {
  const named = [...prose(text).matchAll(PATH)].map(([, path = ""]) => path);
  return named.filter((path) => !PLACEHOLDER.test(path)).filter((path) =>
    ![dirname(document), ...BASES].some((base) => exists(join(base, path)))
  );
}

for (const document of await documents()) {
  const text = Deno.readTextFileSync(join(ROOT, document));

  Deno.test(`${document} has no broken links`, () => {
    assertEquals(missingLinks(document, text), []);
  });

  Deno.test({
    name: `${document} names files and folders that exist`,
    ignore: HISTORY.includes(document),
    fn: () => assertEquals(missingPaths(document, text), []),
  });
}

Deno.test("README explains messages that lxops prints", async () => {
  const sources: string[] = [];
  for await (const { path } of walk(join(ROOT, "lib"), { exts: ["ts"] })) {
    sources.push(Deno.readTextFileSync(path));
  }
  const table = Deno.readTextFileSync(join(ROOT, "README.md")).split("## Troubleshooting")[1]!;
  const messages = [...table.matchAll(/^\| `([^`]+)` /gm)].map(([, message = ""]) => message);
  // Names are examples.
  const words = messages.flatMap((message) => message.split(/"[^"]*":?|Incus/)).map((text) => text.trim());
  assertEquals(words.filter((text) => !sources.some((source) => source.includes(text))), []);
});
