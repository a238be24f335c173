import { assertEquals } from "@std/assert";
import { ServerError, TimeoutError } from "../../../lib/base/errors.ts";
import type { AccountFiles } from "../../../lib/plan/world.ts";
import type { Peek } from "../../../lib/ports/peek.ts";
import { readAccounts } from "../../../lib/run/observe/accounts.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf } from "../../plan/world_spec.ts";

const PASSWD = "olga:x:1001:1001::/:/bin/sh\n";
const GROUP = "olga:x:1001:\n";
const LATE: Peek = { text: "", strange: "the daemon did not answer", unread: true };
/** A pause that tests can afford. */
const PAUSE_MS = 1;
const LIMITS = {
  running: { seconds: 10, pauseMs: PAUSE_MS },
  stopped: { seconds: 16, pauseMs: PAUSE_MS },
};

interface Seen {
  readonly accounts: AccountFiles | undefined;
  readonly notes: readonly string[];
  /** The files that were asked for, in order. */
  readonly asked: readonly string[];
}

/** Reads the accounts of an instance that answers a file so, time after time; the last answer stays. */
async function seen(
  answers: Readonly<Record<string, readonly (Peek | Error)[]>>,
  {
    status = "Stopped",
    more = "cloud-config-files: [a.cfg]\n",
    noted = "",
    role = "",
    accounts = true as true | "unless noted",
    type = "container" as "container" | "virtual-machine",
    both = undefined as readonly [Peek, Peek] | Error | undefined,
  } = {},
): Promise<Seen> {
  const targets = await targetsOf({
    "a.yaml": `image: tiny\nostype: alpine\ndevices: {x: {path: /x, dir: /srv/x}}\n${more}`,
    "a.cfg": "#cloud-config\nusers: [{name: olga}]\n",
  });
  const world = worldOf({
    instances: [{ name: "a", status, type, config: { "user.lxops.ids": noted, "user.lxops.role": role } }],
  });
  const asked: string[] = [];
  const server = {
    ...memoryServer(world),
    readBoth: () => both instanceof Error ? Promise.reject(both) : Promise.resolve(both),
    readSmall: (_: unknown, path: string) => {
      const all = answers[path] ?? [{ text: path === "/etc/passwd" ? PASSWD : GROUP }];
      const answer = all[Math.min(asked.filter((one) => one === path).length, all.length - 1)]!;
      asked.push(path);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const notes: string[] = [];
  const sources = { server, note: (text: string) => notes.push(text) } as never;
  const found = await readAccounts({ targets, needs: { accounts }, sources }, world.instances, LIMITS);
  return { accounts: found.get("default/a"), notes, asked };
}

Deno.test("a file of accounts that could not be read is read once more, and that is said", async () => {
  for (const status of ["Stopped", "Running"]) {
    const { accounts, notes, asked } = await seen({ "/etc/passwd": [LATE, { text: PASSWD }] }, { status });
    assertEquals(accounts, { passwd: PASSWD, group: GROUP });
    assertEquals(notes, [
      '"/etc/passwd" of instance "a" cannot be read, and is read once more: the daemon did not answer',
    ]);
    assertEquals(asked.filter((path) => path === "/etc/passwd").length, 2);
  }
});

Deno.test("both files of a running container are read at once, and one by one where that tells too little", async () => {
  const [passwd, group] = [{ text: "root:x:0:0::/:/bin/sh\n" }, { text: "root:x:0:\n" }];
  const read = await seen({}, { status: "Running", both: [passwd, group] });
  assertEquals(read, { accounts: { passwd: passwd.text, group: group.text }, notes: [], asked: [] });
  const late = { ...LATE, strange: "the shell did not tell" };
  const again = await seen({}, { status: "Running", both: [late, group] });
  assertEquals([again.accounts, again.asked], [{ passwd: PASSWD, group: group.text }, ["/etc/passwd"]]);
  for (const both of [undefined, new ServerError("the daemon restarts")]) {
    const { accounts, asked } = await seen({}, { status: "Running", both });
    assertEquals([accounts, asked], [{ passwd: PASSWD, group: GROUP }, ["/etc/passwd", "/etc/group"]]);
  }
});

Deno.test("a stopped instance is asked for nothing more while its files cannot be read", async () => {
  const { accounts, asked } = await seen({ "/etc/passwd": [LATE] });
  assertEquals(asked, ["/etc/passwd", "/etc/passwd"]);
  assertEquals(accounts, {
    passwd: "",
    group: "",
    unknown: ['"/etc/passwd" cannot be used: the daemon did not answer'],
  });
});

Deno.test("a daemon's error is a reason, and those that may pass are tried once more", async () => {
  for (
    const [error, times] of [
      [new ServerError("no helper", { status: 500 }), 2],
      [new ServerError("not reached"), 2],
      [new ServerError("not allowed", { status: 403 }), 1],
      [new TimeoutError("no agent"), 1],
    ] as const
  ) {
    const { accounts, asked } = await seen({ "/etc/group": [error] });
    assertEquals(accounts?.unknown, [`"/etc/group" cannot be used: ${error.message}`]);
    assertEquals(asked.filter((path) => path === "/etc/group").length, times, error.message);
  }
});

Deno.test("a missing file of accounts counts as none, and one that is empty or no text as a reason", async () => {
  const none = { text: "", absent: true };
  assertEquals((await seen({ "/etc/passwd": [none], "/etc/group": [none] })).accounts, {
    passwd: "",
    group: "",
  });
  const { accounts, asked } = await seen(
    { "/etc/passwd": [{ text: "", strange: "it is no file" }], "/etc/group": [{ text: "" }] },
    { status: "Running" },
  );
  assertEquals(accounts?.unknown, [
    '"/etc/passwd" cannot be used: it is no file',
    '"/etc/group" cannot be used: it is empty',
  ]);
  assertEquals(asked.length, 2);
});

Deno.test("nothing is read twice where a rebuild continues without ids", async () => {
  for (const more of ["", "cloud-config-files: [a.cfg]\nids: warn\n"]) {
    const { accounts, asked, notes } = await seen({ "/etc/passwd": [LATE] }, { more });
    assertEquals([accounts?.unknown?.length, asked, notes], [1, ["/etc/passwd"], []]);
  }
});

Deno.test("a resumed rebuild reads no files of accounts where their ids are noted", async () => {
  const accounts = "unless noted";
  assertEquals((await seen({}, { accounts, noted: "u:olga:1001:1001:/:/bin/sh\n" })).asked, []);
  assertEquals((await seen({}, { accounts, noted: "f:1002\n" })).asked.length, 2);
  assertEquals((await seen({}, { accounts, role: "new" })).asked, []);
  assertEquals((await seen({}, { noted: "u:olga:1001:1001:/:/bin/sh\n" })).asked.length, 2);
});

Deno.test("nothing is asked of a virtual machine that does not run, and why it is not known is said", async () => {
  const { accounts, asked } = await seen({}, { type: "virtual-machine" });
  assertEquals(asked, []);
  assertEquals(accounts?.unknown, [
    "it is a virtual machine that does not run, and only an agent in it can read its files",
  ]);
});
