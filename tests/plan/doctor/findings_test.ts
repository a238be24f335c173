import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { validityOf } from "../../../lib/plan/doctor/certificate.ts";
import { findingsJson, findingsOf, findingsText, unknownsOf } from "../../../lib/plan/doctor/findings.ts";
import { scarcity } from "../../../lib/plan/doctor/storage.ts";
import { file, instance, NOW, profile, sound, soundDaemon, soundMachine } from "./facts.ts";
import { certificate, FAULTS, lock } from "./faults.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

Deno.test("findingsOf() finds nothing on a sound machine, and everything could be looked at", () => {
  assertEquals(findingsOf(sound()), []);
  assertEquals(unknownsOf(sound()), []);
  assertStringIncludes(findingsText(sound(), [], []), "No problem found. Looked at: Incus 6.0.4 at");
});

for (const [id, facts] of Object.entries(FAULTS)) {
  Deno.test(`findingsOf() finds only ${id}, with its consequence and a command`, async () => {
    const found = findingsOf(typeof facts === "function" ? await facts() : facts);
    assertEquals(found.map((one) => one.id), [id]);
    const [{ what, why, cure }] = found as [typeof found[number]];
    assert(what !== "" && !what.endsWith(".") && why !== "" && !why.endsWith("."), `${what} / ${why}`);
    assert(cure.length > 0 && cure.every((line) => /^[a-z"(]/.test(line)), cure.join("\n"));
  });
}

Deno.test("every finding of the code has a fault here", async () => {
  const ids = new Set<string>();
  const folder = new URL("../../../lib/plan/doctor/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(new URL(name, folder));
    for (const [, id] of text.matchAll(/"([a-z]+(?:-[a-z]+)+)"/g)) if (id !== "go-w") ids.add(id!);
  }
  const NONE = ["go-rwx", "o-w"];
  assertEquals([...ids].filter((id) => !NONE.includes(id)).toSorted(), Object.keys(FAULTS).toSorted());
});

Deno.test("a dataset that a run of another daemon makes is no left-over", () => {
  const unfinished = { name: "tank/web", mountpoint: "/tank/web", mounted: true, unfinished: true };
  const idsOf = (...atWork: readonly string[]) => {
    const datasets = { found: new Map([["tank/web", unfinished]]) };
    return findingsOf(sound({ local: soundMachine({ datasets, atWork: { found: atWork } }) })).map(({ id }) =>
      id
    );
  };
  assertEquals(idsOf("/tank/web"), []);
  assertEquals(idsOf("/tank/web/data", "/other"), []);
  assertEquals(idsOf("/tank/web2"), ["dataset-unfinished"]);
  assertEquals(idsOf(), ["dataset-unfinished"]);
});

Deno.test("findingsText() shows errors first, each with its cure, and those that --fix mends", () => {
  const facts = sound({
    properties: ["a.yaml:1:1: wrong"],
    files: { found: [{ path: "/a b", secret: true, chain: [file("/a b", 0o644)] }] },
    local: soundMachine({ absent: { found: ["rsync"] }, zfs: { problem: "no", late: false } }),
  });
  assertEquals(
    findingsText(facts, findingsOf(facts), unknownsOf(facts)),
    `ERROR properties-wrong: The file with your properties cannot be used: a.yaml:1:1: wrong
  Commands that read a configuration fail.
  To mend it: "\${EDITOR:-vi}" "$(lxops property file)"

ERROR secret-readable: Others can read "/a b"
  It is a secret key: a user who has it has your rights on the daemons that trust it.
  To mend it: chmod go-rwx '/a b'

WARNING programs-missing: This machine lacks the program "rsync"
  lxops looks for programs in the usual system directories only; commands that copy directories, or change their owners, need them.
  To mend it: sudo apt-get install rsync

Not looked at (zfs): no
2 errors, 1 warning; "lxops doctor --fix" mends 1 of it. Looked at: Incus 6.0.4 at "/var/lib/incus/unix.socket", 1 storage pool, 1 network, 1 instance, this machine
`,
  );
});

Deno.test("findingsJson() has numbers, and the findings as they are", () => {
  const facts = sound({ daemonNow: NOW - 60_000 });
  const { errors, warnings, findings, unknown } = findingsJson(findingsOf(facts), unknownsOf(facts));
  assertEquals([errors, warnings, unknown], [1, 0, []]);
  assertEquals(Object.keys(findings[0]!).toSorted(), [
    "area",
    "cure",
    "fixable",
    "id",
    "severity",
    "what",
    "why",
  ]);
});

Deno.test("a run that works hides what it has begun", () => {
  const profiles = {
    found: [
      profile("default", { devices: { root: { type: "disk", path: "/" }, eth0: { type: "nic" } } }),
      lock,
    ],
  };
  const busy = { found: { strays: [], images: [], runs: new Map([["h m b 7 7", "alive" as const]]) } };
  const daemon = soundDaemon({
    profiles,
    remains: busy,
    instances: {
      found: [instance("web-lxops-old-1", { config: { "user.lxops.role": "old", "user.lxops.of": "web" } })],
    },
  });
  assertEquals(findingsOf(sound({ daemon })), []);
});

Deno.test("scarcity() distinguishes a failure now from a later one", () => {
  const rows = [
    [0, 0, undefined],
    [28 * MIB, 28 * MIB, undefined],
    [MIB, 28 * MIB, "error"],
    [GIB / 64, GIB, "error"],
    [10 * GIB, 4000 * GIB, undefined],
    [
      3 * GIB,
      100 * GIB,
      "warning",
    ],
    [GIB / 2, 100 * GIB, "error"],
    [GIB / 2, GIB, undefined],
  ] as const;
  for (const [free, total, expected] of rows) {
    assertEquals(scarcity(free, total), expected, `${free}/${total}`);
  }
});

Deno.test("validityOf() reads the times of a certificate, and nothing else", async () => {
  const text = await certificate(Date.UTC(2045, 2, 3, 4, 5, 6));
  assertEquals(validityOf(text), {
    from: Date.UTC(2045, 2, 3, 4, 5, 6),
    until: Date.UTC(2055, 2, 3, 4, 5, 6),
  });
  for (
    const broken of [
      "",
      text.slice(0, 200),
      text.replace(/\n[^-]{20}/, "\n"),
      "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
    ]
  ) {
    assertEquals(validityOf(broken), undefined, broken);
  }
});
