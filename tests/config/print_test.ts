import { assertEquals } from "@std/assert";
import type { Check, Config } from "../../lib/config/config.ts";
import type { OtherDevice } from "../../lib/config/schema/keys.ts";
import { parseFile } from "../../lib/config/load/read_any.ts";
import { loadConfig } from "../../lib/config/load/load.ts";
import { printConfig, printFile } from "../../lib/config/print.ts";
import { ConfigError } from "../../lib/base/errors.ts";
import { corpusFiles } from "./corpus_files.ts";
import { memoryIo } from "./memory_io.ts";
import { Random } from "./random.ts";

const WORDS = [
  ...[
    "a",
    "home",
    "3.20",
    "010",
    "0x1F",
    "yes",
    "No",
    "~",
    "null",
    "true",
    "1e3",
    "2024-01-31",
    "",
    " ",
    " x ",
    "-",
    "- a",
  ],
  ...[
    "a: b",
    "#x",
    "a #b",
    "'",
    '"',
    "it's",
    "{a}",
    "[b]",
    "&c",
    "*d",
    "!e",
    "%f",
    "@g",
    "`h",
    "|",
    ">",
    "?",
    ":",
    ",",
  ],
  ...[
    "<<",
    "=",
    "two\nlines",
    "ends\n",
    "\n",
    "\n\nx",
    "  lead\n  more\n",
    "tab\there",
    "\u00e9",
    "\u{1F600}",
    "back\\slash",
  ],
  ...[
    "(instance)",
    "(a)/(b)",
    "tank/host",
    "/srv/x",
    "images:alpine/3.20",
    "__proto__",
    "constructor",
    "x-y",
    "10",
    "1",
    "...",
  ],
  ...["---", "long ".repeat(40), "\u2028", "\u00a0", "\ue000\ue001\ue002\ue003"],
] as const;

function texts(random: Random): string[] {
  return Array.from({ length: random.below(4) }, () => random.pick(WORDS));
}

function record<T>(random: Random, value: () => T): Record<string, T> {
  return Object.fromEntries(
    texts(random).filter((key) => key !== "<<" && key !== "__proto__").map((key) => [key, value()]),
  );
}

function config(random: Random): Config {
  const maybe = (text: string) => random.chance(0.5) ? "" : text;
  return {
    file: "/a.yaml",
    description: maybe(random.pick(WORDS)),
    ostype: maybe(random.pick(["alpine", "debian"])),
    image: maybe(random.pick(WORDS)),
    project: maybe(random.pick(WORDS)),
    ...(random.chance(0.5) ? {} : { type: random.pick(["container", "virtual-machine"]) }),
    target: maybe(random.pick(WORDS)),
    host: maybe("ssh://(x)"),
    origin: maybe(random.pick(WORDS)),
    deviceTemplate: maybe(random.pick(WORDS)),
    deviceOrigin: maybe(random.pick(WORDS)),
    sourceConfig: maybe("/x/source.yaml"),
    lxcOptions: texts(random),
    profiles: [...new Set(texts(random))],
    profilePattern: maybe(random.pick(WORDS)),
    deviceOwner: maybe("1:(x)"),
    extract: random.chance(0.5),
    filesystems: record(random, () => ({
      pattern: random.pick(WORDS),
      properties: {},
      zfsproperties: record(random, () => random.pick(WORDS)),
      destroy: random.chance(0.5),
      transient: random.chance(0.5),
    })),
    devices: record(random, () => {
      const [filesystem, dir] = [maybe(random.pick(WORDS)), maybe(random.pick(WORDS))];
      return {
        path: random.pick(WORDS),
        readonly: random.chance(0.5),
        ...(filesystem === "" ? {} : { filesystem }),
        ...(dir === "" ? {} : { dir }),
        ...(random.chance(0.5) ? {} : { shift: true as const }),
        ...(random.chance(0.5) ? {} : { extract: random.chance(0.5) }),
      };
    }),
    properties: record(random, () => random.pick(WORDS)),
    cloudConfigFiles: random.chance(0.5) ? [] : ["/x/a.cfg", "/y z/b.cfg"],
    order: random.pick(["lxops", "cloud-init"]),
    wait: random.chance(0.5) ? [] : [random.pick(["exec", "ipv4"])],
    ids: random.pick(["keep", "warn", "refuse"]),
    keepOld: random.chance(0.5),
    checks: Array.from({ length: random.below(3) }, () => ({
      name: maybe(random.pick(WORDS)),
      ...random.pick<Partial<Check>>([
        { exec: "test -e /x" },
        { exec: ["a", "b c"] },
        { tcp: 80 },
        { http: { port: 80, path: "/" } },
        { http: { port: 8080, path: "/a", status: 204 } },
      ]),
      interval: random.pick([30, 0.5, 90, 3661]),
      timeout: random.pick([30, 1.25]),
      retries: random.pick([3, 1]),
      startPeriod: random.pick([0, 7200]),
      startInterval: random.pick([5, 1]),
    })),
    name: maybe("web"),
    ports: Array.from({ length: random.below(3) }, () =>
      random.pick([
        "8080:80",
        "127.0.0.1:(port):80/udp",
        { target: "80", published: "8080", hostIp: "::1", protocol: "udp" as const, nat: true },
        { target: "80", published: "", hostIp: "", protocol: "tcp" as const, nat: false },
      ])),
    addresses: record(random, () => random.pick([[], ["10.0.0.5"], ["10.0.0.5", "fd42::5"]])),
    limits: random.pick([{}, { cpu: "2" }, { memory: "1GiB", disk: "(size)" }, { processes: "5" }]),
    ...(random.chance(0.5) ? {} : { autostart: random.chance(0.5) }),
    ...(random.chance(0.5) ? {} : { restart: "auto" as const }),
    ...(random.chance(0.5) ? {} : { rebuild: "auto" as const }),
    config: record(random, () => random.pick(WORDS)),
    after: record(random, () => ({
      until: random.pick(["started", "healthy", "completed"]),
      required: random.chance(0.5),
      restart: random.chance(0.5),
    })),
    logs: random.chance(0.5) ? [] : ["/var/log/a b", "/x"],
    hooks: random.pick([{}, {
      "before-launch": [
        { run: "/x/a b", in: "host" as const, args: [], timeout: 600 },
        { run: "/x/c", in: "host" as const, args: ["-x", random.pick(WORDS)], timeout: 90 },
      ],
      "after-start": [{ run: "/d", in: "guest" as const, args: [], timeout: 600 }],
    }]),
    secrets: record(random, () => ({
      ...{ file: "", env: "", sops: "", key: "", age: "", identity: "", command: [], owner: "", mode: 0o400 },
      ...random.pick([
        { file: "/x/secret" },
        { env: "TOKEN", owner: "www-data:adm" },
        { sops: "/x/s.yaml", key: "a.b" },
        { age: "/x/s.age", identity: "/i", mode: 0o440 },
        { command: ["pass", random.pick(WORDS)] },
        { command: ["/x/print"] },
      ]),
      directory: "/",
    })),
    keep: random.pick([[], ["ssh-host-keys", "/etc/a b"]]),
    idmap: random.pick([[], ["uid 1 2", { kind: "both" as const, host: "5", guest: "6-7" }]]),
    otherDevices: Object.fromEntries(
      Object.entries(record(random, () =>
        random.pick<OtherDevice>([
          { type: "nic", keys: { network: "n", "security.mac_filtering": "true" } },
          { type: "unix-char", keys: { source: "/dev/null", required: "false" } },
          { type: "gpu", keys: {} },
        ]))).map(([key, value]) => [`other ${key}`, value]),
    ),
  };
}

Deno.test("printConfig() of 2,000 generated configurations loads as the same configuration", async () => {
  const random = new Random(7);
  for (let run = 0; run < 2000; run++) {
    const wanted = config(random);
    const printed = printConfig(wanted);
    const { config: loaded } = await loadConfig("/a.yaml", memoryIo({ "/a.yaml": printed }), {}, {
      unchecked: true,
    });
    assertEquals(loaded, wanted, `run ${run}:\n${printed}`);
    assertEquals(printConfig(loaded), printed);
  }
});

Deno.test("printFile() prints a file unchanged, with the paths that it includes", async () => {
  let printed = 0;
  for (const { name, files } of await corpusFiles()) {
    for (const [file, text] of Object.entries(files)) {
      if (!file.endsWith(".yaml") || !text.startsWith("#lxops-v1\n")) continue;
      const parsed = attempt(() => parseFile(file, text));
      if (!parsed || parsed.broken.size > 0) continue;
      const once = printFile(parsed);
      assertEquals(printFile(parseFile(file, once)), once, `${name}/${file}`);
      const { raw } = parseFile(file, once);
      assertEquals([raw.include, raw.filesystems], [parsed.raw.include, parsed.raw.filesystems], name);
      printed++;
    }
  }
  assertEquals(printed > 100, true, `only ${printed} files`);
});

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
