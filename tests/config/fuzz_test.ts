/**
 * Mutated configuration files: each ends with success or a `ConfigError`, soon and in bounded memory.
 * There are 20,000, of which a run takes a tenth, another one at each commit, and all with `LXOPS_TEST_CUTS=all`.
 * `FUZZ_SEED` and `FUZZ_COUNT` make others, or more.
 */
import { assert } from "@std/assert";
import { removeKey, setKey } from "../../lib/config/yaml/edit.ts";
import { originOf } from "../../lib/config/load/origins.ts";
import { overrides } from "../../lib/config/load/overrides.ts";
import { migrate } from "../../lib/config/formats/format.ts";
import { parseFile } from "../../lib/config/load/read_any.ts";
import { loadConfig } from "../../lib/config/load/load.ts";
import { convertOld } from "../../lib/config/formats/lxdops_old.ts";
import { type Position, sweep } from "../../lib/config/yaml/positions.ts";
import { printConfig, printFile } from "../../lib/config/print.ts";
import { parseText } from "../../lib/config/yaml/text.ts";
import { ConfigError } from "../../lib/base/errors.ts";
import { buildInstance } from "../../lib/instance/build.ts";
import { corpusFiles } from "./corpus_files.ts";
import { memoryIo } from "./memory_io.ts";
import { Random } from "./random.ts";
import { isTaken, isWhole } from "../support/sample.ts";
import { workTime } from "../support/work_time.ts";

const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 20_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);
/** The number of files of which one is tried. */
const EVERY = isWhole() ? 1 : 10;
const SLOWEST_MS = 2000;
const MOST_BYTES = 300 * 2 ** 20;

const TOKENS = [
  ...[
    "\t",
    "\0",
    "\r",
    "\u2028",
    "\ufeff",
    "\ud800",
    "\ue000",
    "  ",
    "\n",
    "\n---\n",
    "\n...\n",
    "%YAML 1.1\n",
    "%TAG ! x\n",
  ],
  ...[
    "- ",
    "? ",
    ": ",
    "&a ",
    "*a",
    "<<: *a\n",
    "<<: ",
    "!!binary ",
    "!!str ",
    "!!int ",
    "!x ",
    "!<y> ",
    "| ",
    ">- ",
    "#",
    "@",
    "`",
  ],
  ...[
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "~",
    "null",
    "(",
    ")",
    "(instance)",
    "(nope)",
    "..",
    "/",
    "//",
    "../x",
    "-",
    "0x",
    "\\x4",
  ],
  ...[
    "__proto__: ",
    "constructor: ",
    "toString: ",
    "include: [config.yaml]\n",
    "include: [(x)]\n",
    "os: {name: a}\n",
  ],
] as const;

type Mutation = (text: string, random: Random) => string;

function lines(change: (lines: string[], random: Random) => void): Mutation {
  return (text, random) => {
    const all = text.split("\n");
    change(all, random);
    return all.join("\n");
  };
}

const MUTATIONS: readonly Mutation[] = [
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + random.pick(TOKENS) + text.slice(at);
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + String.fromCharCode(random.below(random.chance(0.5) ? 128 : 65536)) +
      text.slice(at + 1);
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
  lines((all, random) => void all.splice(random.below(all.length), 1 + random.below(3))),
  lines((all, random) => void all.splice(random.below(all.length), 0, random.pick(all))),
  lines((all, random) => {
    const at = random.below(all.length);
    all[at] = random.pick([" ", "  ", "\t", "    "]) + all[at];
  }),
  lines((all, random) => {
    const at = random.below(all.length);
    all[at] = (all[at] ?? "").replace(
      /[a-z-]+:/,
      () => `${random.pick(["image", "devices", "host", "path", "x", ""])}:`,
    );
  }),
  (text, random) => text + random.pick(["{", "[", "- ", "a: {", "? "]).repeat(random.below(300)),
  (text, random) =>
    `${text}\nx-a: &a ${
      random.pick(["[*a]", "{b: *a}", "[x, x]", "{b: c}"])
    }\nx-b: [*a, *a, *a]\nprofiles: *a\n`,
];

/** Paths of a document's keys and items that a sweep of its text does not find. */
function unseen(data: unknown, at: Position | undefined, path: string): string[] {
  if (typeof data !== "object" || data === null || data instanceof Uint8Array) return at ? [] : [path];
  return Object.entries(data).flatMap(([key, value]) =>
    unseen(value, at?.children.get(key), `${path}.${key}`)
  );
}

/** Positions come from the parser, so they must exist for everything that it accepts. */
function checkPositions(text: string): void {
  let parsed;
  try {
    parsed = parseText("config.yaml", text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return;
  }
  const missing = unseen(parsed.data, sweep(parsed.text)?.root, "");
  assert(missing.length === 0, `no position of ${missing.slice(0, 5).join(", ")}`);
}

/** Loads, builds, prints, edits and converts a text; only a `ConfigError` may come of it. */
async function exercise(files: Record<string, string>): Promise<void> {
  const io = memoryIo(files);
  checkPositions(files["config.yaml"] ?? "");
  const attempts = [
    async () => {
      const loaded = await loadConfig("config.yaml", io, { x: "a" }, { collect: true });
      for (const key of ["image", "devices.home.path", "filesystems.host", "profiles.0"]) {
        originOf(loaded, key);
      }
      printConfig(loaded.config);
      overrides(loaded);
      buildInstance(loaded, { file: "config.yaml", globals: {}, sets: {} });
    },
    () => Promise.resolve(printFile(parseFile("config.yaml", files["config.yaml"] ?? ""))),
    () =>
      Promise.resolve(setKey("p.yaml", removeKey("p.yaml", files["config.yaml"] ?? "", "image"), "a", "b")),
    () => Promise.resolve(migrate("config.yaml", `#lxdops\n${files["config.yaml"]}`)),
    () => convertOld("config.yaml", files["config.yaml"] ?? "", io.readText),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      assert(error.issues.length > 0 && error.issues.every(({ message }) => message !== ""));
    }
  }
}

async function timed(files: Record<string, string>, what: string): Promise<void> {
  const started = workTime();
  try {
    await exercise(files);
  } catch (error) {
    throw new Error(`${what}: ${JSON.stringify(files["config.yaml"]?.slice(0, 2000))}`, { cause: error });
  }
  const took = workTime() - started;
  assert(
    took < SLOWEST_MS,
    `${what} took ${took} ms: ${JSON.stringify(files["config.yaml"]?.slice(0, 500))}`,
  );
}

Deno.test(`${Math.ceil(COUNT / EVERY)} mutated files all end with success or a ConfigError`, async () => {
  const cases = (await corpusFiles()).filter(({ files }) => files["config.yaml"] !== undefined);
  const random = new Random(SEED);
  const before = bytesInUse();
  for (let run = 0; run < COUNT; run++) {
    const { name, files } = random.pick(cases);
    let text = files["config.yaml"] ?? "";
    for (let times = 1 + random.below(4); times > 0; times--) text = random.pick(MUTATIONS)(text, random);
    if (!isTaken(run, EVERY)) continue;
    await timed({ ...files, "config.yaml": text }, `run ${run} of seed ${SEED} on ${name}`);
  }
  const more = bytesInUse() - before;
  assert(more < MOST_BYTES, `${more} more bytes are in use`);
});

/** Reads the heap and not "rss": other test files run in the same process. */
function bytesInUse(): number {
  const { heapTotal, external } = Deno.memoryUsage();
  return heapTotal + external;
}

function repeated(bytes: number, unit: (index: number) => string): string {
  const parts = ["#lxops-v1\n"];
  for (let [index, length] = [0, 0]; length < bytes; index++) {
    const part = unit(index);
    parts.push(part);
    length += part.length;
  }
  return parts.join("");
}

const LARGE: Readonly<Record<string, (bytes: number) => string>> = {
  "a list": (bytes) => repeated(bytes, (index) => index === 0 ? "profiles:\n" : `- name${index}\n`),
  "a map": (bytes) => repeated(bytes, (index) => index === 0 ? "properties:\n" : `  key${index}: value\n`),
  devices: (bytes) =>
    repeated(
      bytes,
      (index) => index === 0 ? "devices:\n" : `  d${index}: {path: /p${index}, dir: /d${index}}\n`,
    ),
  "unknown keys": (bytes) => repeated(bytes, (index) => `unknown${index}: 1\n`),
  "duplicate keys": (bytes) => repeated(bytes, () => "image: a\n"),
  "one long line": (bytes) => repeated(bytes, (index) => index === 0 ? "image: " : "aaaaaaaaaaaaaaaa"),
  "one long quoted text": (bytes) => repeated(bytes, (index) => index === 0 ? 'image: "' : "a\\n b "),
  "one long block": (bytes) =>
    repeated(bytes, (index) => index === 0 ? "description: |\n" : "  text (x) text\n"),
  "open brackets": (bytes) => repeated(bytes, () => "["),
  "dashes": (bytes) => repeated(bytes, () => "- "),
  "question marks": (bytes) => repeated(bytes, () => "? "),
  "comments": (bytes) => repeated(bytes, () => "# comment\n"),
  "tabs": (bytes) => repeated(bytes, (index) => index === 0 ? "description: |\n" : "  \ttab\n"),
  "tabbed keys": (bytes) => repeated(bytes, (index) => `\tkey${index}: a\n`),
  "unknown tags": (bytes) => repeated(bytes, (index) => index === 0 ? "profiles:\n" : "- !x a\n"),
  "binaries": (bytes) => repeated(bytes, (index) => index === 0 ? "profiles:\n" : "- !!binary aGk=\n"),
  "nulls": (bytes) => repeated(bytes, (index) => index === 0 ? "profiles:\n" : "- ~\n"),
  "aliases": (bytes) => repeated(bytes, (index) => index === 0 ? "x: &a [a, b]\nprofiles:\n" : "- *a\n"),
  "anchors": (bytes) => repeated(bytes, (index) => index === 0 ? "profiles:\n" : `- &a${index} x\n`),
  "merges": (bytes) =>
    repeated(bytes, (index) => index === 0 ? "x: &a {a: b}\ndevices:\n" : `  d${index}:\n    <<: *a\n`),
  "a chain of merges": (bytes) =>
    repeated(
      bytes,
      (index) => `k${index}: &a${index}\n  p${index}: v\n${index > 0 ? `  <<: *a${index - 1}\n` : ""}`,
    ),
  "wide and deep": (bytes) => repeated(bytes, (index) => `${" ".repeat(index % 90)}k${index}:\n`),
  "parentheses": (bytes) => repeated(bytes, (index) => index === 0 ? "image: " : "(((("),
  "variables": (bytes) => repeated(bytes, (index) => index === 0 ? "image: " : "(instance)"),
  "includes": (bytes) => repeated(bytes, (index) => index === 0 ? "include:\n" : `- nope${index % 7}.yaml\n`),
  "doubling aliases": (bytes) =>
    repeated(
      bytes,
      (index) => index === 0 ? "k0: &k0 [x]\n" : `k${index}: &k${index} [*k${index - 1}, *k${index - 1}]\n`,
    ),
};

const SIZES = { "1 MB": 2 ** 20 - 300, "5 MB": 5 * 2 ** 20 } as const;

for (const [title, make] of Object.entries(LARGE)) {
  for (const [size, bytes] of Object.entries(SIZES)) {
    Deno.test(`${size} of ${title} end within two seconds`, async () => {
      const text = make(bytes);
      const started = workTime();
      await assertOutcome(text);
      const took = workTime() - started;
      assert(took < SLOWEST_MS, `it took ${Math.round(took)} ms`);
    });
  }
}

async function assertOutcome(text: string): Promise<void> {
  try {
    const loaded = await loadConfig("config.yaml", memoryIo({ "config.yaml": text }), {}, { collect: true });
    buildInstance(loaded, { file: "config.yaml", globals: {}, sets: {} });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
}
