import { assertEquals, assertThrows } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import type { Tree } from "../../../lib/ports/host.ts";
import { bareScript } from "../../../lib/ports/mounts.ts";
import { describe } from "../../../lib/plan/output/script.ts";
import { planShiftIds, refuseShift, walkStep } from "../../../lib/plan/data/shiftids.ts";
import { lookAtTrees } from "../../../lib/plan/tree/look.ts";
import type { Step } from "../../../lib/step/step.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

const SHIFT = { uid: 1000000, gid: 1000000 };
const CAP = "0100000200200000" + "00".repeat(12);
const TREE: Tree = {
  directory: "/d",
  owners: [{ uid: 0, gid: 0 }, { uid: 5, gid: 1000005 }, { uid: 1000000, gid: 1000000 }],
  modes: [{ path: "/d/su", mode: "4755" }, { path: "/d/sg", mode: "2755" }, {
    path: "/d/other su",
    mode: "4755",
  }],
  attributes: `# file: /d/cap\nsecurity.capability=0x${CAP}\n`,
};

const options = { program: "lxops", globals: [], sudo: false };

function lines(steps: readonly Step[]): string[] {
  return steps.map(({ effect }) => describe(effect, options).split(" <<")[0]!);
}

function plan(tree: Tree, note?: string): Step[] {
  return planShiftIds(tree, SHIFT, note, false);
}

const LOOK = `${bareScript([{ use: "change", kind: "directory", path: "/d" }])}\n`;

Deno.test("planShiftIds() notes what files lose, changes owners, and gives it back", () => {
  assertEquals(lines(plan(TREE)), [
    "install -m 600 -T -- /dev/stdin /d.shiftids",
    `${LOOK}chown -R -P -h --from=0:0 1000000:1000000 -- /d`,
    `${LOOK}chown -R -P -h --from=5:1000005 1000005:1000005 -- /d`,
    "chmod 2755 -- /d/sg",
    "chmod 4755 -- '/d/other su' /d/su",
    "setfattr -h --restore=-",
    "rm -f -- /d.shiftids",
  ]);
});

Deno.test("planShiftIds() does nothing where all is shifted, and gives back what an earlier run noted", () => {
  const done: Tree = { ...TREE, owners: [{ uid: 1000000, gid: 2000000 }], attributes: "" };
  assertEquals(plan(done), []);
  const note = (plan(TREE)[0]!.effect as { stdin?: string }).stdin!;
  assertEquals(lines(plan({ ...done, modes: [] }, note)), [
    "install -m 600 -T -- /dev/stdin /d.shiftids",
    "chmod 2755 -- /d/sg",
    "chmod 4755 -- '/d/other su' /d/su",
    "setfattr -h --restore=-",
    "rm -f -- /d.shiftids",
  ]);
});

Deno.test("planShiftIds() takes no note that an earlier run cannot have left", () => {
  for (
    const note of [
      "",
      "null",
      "{}",
      '{"modes":{"/etc/shadow":"4755"},"attributes":""}',
      '{"modes":{"/d/../x":"4755"},"attributes":""}',
      '{"modes":{"/d/x":"a+s"},"attributes":""}',
      '{"modes":{},"attributes":"# file: /etc/passwd\\nuser.a=0x00\\n"}',
    ]
  ) {
    assertThrows(() => plan(TREE, note), LxopsError, "is not what an earlier run of shiftids left");
  }
});

Deno.test("refuseShift() refuses a directory that a running instance writes to, or in which another is mounted", () => {
  const refuse = (spec: WorldSpec) => refuseShift("/d", worldOf(spec));
  const devices = { d: { type: "disk", path: "/x", source: "/d/below" } };
  assertThrows(() => refuse({ instances: [{ name: "a", devices }] }), LxopsError, '"a" runs');
  assertThrows(() => refuse({ otherDaemon: [{ name: "b", devices }] }), LxopsError, '"b" runs');
  refuse({ instances: [{ name: "a", status: "Stopped", devices }] });
  const look = (spec: WorldSpec) =>
    lookAtTrees(
      { instance: { project: "", name: "/d" }, steps: [walkStep("/d")] },
      [],
      worldOf(spec),
      "shift",
    );
  assertThrows(() => look({ mounts: { "/d/m": "ext4" } }), LxopsError, 'is mounted at "/d/m"');
  look({ mounts: { "/d": "ext4", "/d2/m": "ext4" } });
});
