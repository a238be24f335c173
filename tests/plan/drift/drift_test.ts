import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import type { Check } from "../../../lib/cloudconfig/model/check.ts";
import type { Item } from "../../../lib/cloudconfig/model/item.ts";
import { sha256 } from "../../../lib/cloudconfig/model/sha256.ts";
import { driftChange, mendingItems } from "../../../lib/plan/changes/guest.ts";
import { END, parseAnswer } from "../../../lib/plan/drift/answer.ts";
import { compareGuest } from "../../../lib/plan/drift/compare.ts";
import { unifiedDiff } from "../../../lib/plan/drift/diff.ts";
import { lookScript } from "../../../lib/plan/drift/script.ts";
import { subjectsOf } from "../../../lib/plan/drift/subjects.ts";

const SALT = "5a17";
const bytes = (text: string) => new TextEncoder().encode(text);

function itemOf(checks: readonly Check[], more: Partial<Item> = {}): Item {
  const base = {
    id: "0",
    section: "s",
    key: "k",
    title: "t",
    location: { file: "a.cfg", line: 1, column: 1 },
  };
  return { ...base, script: ":", helpers: [], secrets: [], checks, ...more };
}

/** Compares checks with lines that an instance tells, and returns what differs as text. */
function told(checks: readonly Check[], ...lines: readonly string[]): readonly string[] {
  const subjects = subjectsOf(checks.map((check) => itemOf([check])));
  const facts = parseAnswer(`${lines.join("\n")}\n${END}\n`, "web");
  const found = compareGuest(subjects, { instance: "web", salt: SALT, facts });
  return [
    ...found.drifts.map((drift) => {
      const { sign, name, from, to } = driftChange(drift);
      const by = drift.undoneBy ? `(${drift.undoneBy})` : "";
      return [sign, name, from ?? "", to ?? "", by].join(" ").trim().replaceAll(/ +/g, " ");
    }),
    ...found.unknown > 0 ? [`${found.unknown} unknown`] : [],
  ];
}

const file = (more: Partial<Extract<Check, { kind: "file" }>> = {}): Check => ({
  kind: "file",
  path: "/etc/x",
  content: bytes("one\n"),
  mode: "0644",
  owner: "root:root",
  ...more,
});
const STAT = "stat\t644\t0\t0\troot\troot\t/etc/x";
const SUM = `sum\t${sha256("one\n")}\t/etc/x`;
const OTHER = `sum\t${sha256("two\n")}\t/etc/x`;

Deno.test("a file differs in its content, mode and owner, each on its own", () => {
  assertEquals(told([file()], STAT, SUM), []);
  assertEquals(
    told([file()], STAT, OTHER),
    ["~ file /etc/x, content 27dd8ed4 2c8b08da"].map((line) =>
      line.replace("27dd8ed4", sha256("two\n").slice(0, 8)).replace("2c8b08da", sha256("one\n").slice(0, 8))
    ),
  );
  assertEquals(told([file({ owner: "1:www" })], "stat\t4600\t0\t5\troot\tstaff\t/etc/x", SUM), [
    "~ file /etc/x, mode 4600 0644",
    "~ file /etc/x, owner root 1",
    "~ file /etc/x, group staff www",
  ]);
  assertEquals(told([file()], "state\tmissing\t/etc/x"), ["+ file /etc/x"]);
  assertEquals(told([file()], "state\tdirectory\t/etc/x"), ["~ file /etc/x, type directory file"]);
  assertEquals(told([file()], STAT), ["1 unknown"], "without a program that hashes");
});

Deno.test("a file in the state that lxops left does not differ, even if a later command changed it", () => {
  const was = "was\tstat\t600\t7\t7\twww\twww\t/etc/x";
  const now = "stat\t600\t7\t7\twww\twww\t/etc/x";
  assertEquals(told([file()], now, OTHER, was, "same\t/etc/x"), []);
  assertEquals(told([file({ mode: "0640" })], STAT, OTHER, was).length, 2);
  assertEquals(told([file()], "state\tdirectory\t/etc/x", "was\tstate\tdirectory\t/etc/x"), []);
});

Deno.test("a file that was missing at the end of a batch is drift unless a later item could remove it", () => {
  const lines = ["state\tmissing\t/etc/x", "was\tstate\tmissing\t/etc/x"].join("\n");
  const facts = parseAnswer(`${lines}\n${END}\n`, "web");
  const names = (items: readonly Item[]) =>
    compareGuest(subjectsOf(items), { instance: "web", salt: SALT, facts }).drifts.map(({ name }) => name);
  const written = itemOf([file()]);
  const command = itemOf([], { section: "runcmd", prints: true });
  assertEquals(names([written]), ["file /etc/x"]);
  assertEquals(names([command, written]), ["file /etc/x"]);
  assertEquals(names([command, written, itemOf([], { section: "users" })]), ["file /etc/x"]);
  assertEquals(names([written, command]), []);
  assertEquals(names([written, itemOf([], { section: "mounts" })]), []);
  assertEquals(names([written, command, itemOf([file({ appended: true })])]), ["file /etc/x"]);
  const { content: _, ...fetched } = file() as Extract<Check, { kind: "file" }>;
  assertEquals(names([itemOf([fetched])]), [], "a source may have failed");
  assertEquals(names([itemOf([file({ inDirectory: true })])]), []);
});

Deno.test("a file that was in memory before a restart, or that is temporary, was removed by the system", () => {
  const gone = "state\tmissing\t/etc/x";
  assertEquals(told([file()], gone, "restarted\t/etc/x"), ["+ file /etc/x (cleaning)"]);
  assertEquals(told([file()], gone, "restarted\t/etc/y"), ["+ file /etc/x"]);
  assertEquals(told([file()], STAT, OTHER, "restarted\t/etc/x").length, 1);
  for (const path of ["/tmp/x", "/var/tmp/deep/x"]) {
    assertEquals(told([file({ path })], `state\tno directory\t${path}`), [`+ file ${path} (cleaning)`]);
    assertEquals(told([file({ path })], `state\tdirectory\t${path}`), [
      `~ file ${path}, type directory file`,
    ]);
  }
});

Deno.test("name servers that the network set are distinguished from those that a user wrote", () => {
  const path = "/etc/resolv.conf";
  const [stat, other] = [STAT, OTHER].map((line) => line.replace("/etc/x", path)) as [string, string];
  const values = `${sha256("two\n").slice(0, 8)} ${sha256("one\n").slice(0, 8)}`;
  assertEquals(told([file({ path })], stat, other, `network\t${path}`), [
    `~ file ${path}, content ${values} (network)`,
  ]);
  assertEquals(told([file({ path })], stat, other), [`~ file ${path}, content ${values}`]);
  assertEquals(told([file({ path })], stat, other, "starting\t"), ["1 unknown"]);
  assertEquals(told([file()], STAT, OTHER, "network\t/etc/x").join().includes("network"), false);
});

Deno.test("of a log, the content is not compared, and the rest is", () => {
  const path = "/var/log/x";
  const [stat, other] = [STAT, OTHER].map((line) => line.replace("/etc/x", path)) as [string, string];
  assertEquals(told([file({ path })], stat, other), []);
  assertEquals(told([file({ path })], stat.replace("644", "666"), other), [
    `~ file ${path}, mode 0666 0644`,
  ]);
  assertEquals(told([file({ path })], `state\tmissing\t${path}`), [`+ file ${path}`]);
  assertEquals(told([{ kind: "line", path, line: "x" }]), []);
});

Deno.test("while an instance starts, services and mounts that are not there yet are not known", () => {
  const checks: readonly Check[] = [
    { kind: "service", name: "ssh", active: true },
    { kind: "mount", field: "/mnt", line: "tmpfs\t/mnt\ttmpfs\tdefaults\t0\t0", mounted: true },
    { kind: "hostname", name: "web1", file: true },
  ];
  const lines = [
    "service\tloaded\tenabled\tinactive\tssh",
    "fstab\ttmpfs /mnt tmpfs defaults 0 0\t/mnt",
    "hostname\tweb1\tlocalhost",
  ];
  assertEquals(told(checks, ...lines).length, 3);
  assertEquals(told(checks, ...lines, "starting\t"), ["3 unknown"]);
  const disabled: Check = { kind: "service", name: "ssh", enabled: true, active: true };
  assertEquals(told([disabled], "service\tloaded\tdisabled\tinactive\tssh", "starting\t"), [
    "~ service ssh, start disabled enabled",
  ]);
});

Deno.test("of a file with a secret, nothing but a salted hash is compared, and nothing of it is shown", () => {
  const secret = file({ secret: true });
  assertEquals(told([secret], STAT, `salted\t${sha256(`${SALT}one\n`)}  -\t/etc/x`), []);
  assertEquals(told([secret], STAT, `salted\t${sha256(`${SALT}two\n`)}  -\t/etc/x`), [
    "~ file /etc/x, content",
  ]);
});

Deno.test("the last item of a file counts, and added lines belong to it", () => {
  const added = file({ content: bytes("two\n"), appended: true });
  const both = `sum\t${sha256("one\ntwo\n")}\t/etc/x`;
  assertEquals(told([file(), added], STAT, both), []);
  assertEquals(told([file(), added], STAT, SUM).length, 1);
  assertEquals(told([file(), file({ content: bytes("two\n") })], STAT, OTHER), []);
  assertEquals(told([added], STAT, OTHER), ["+ lines in /etc/x"]);
  assertEquals(told([added], STAT, OTHER, "block\tthere\t0"), []);
});

Deno.test("results of items that are not applied yet are not compared", () => {
  const items = [itemOf([file()]), itemOf([{ kind: "zone", name: "UTC" }])];
  assertEquals(subjectsOf(items, [items[0]!]).map(({ check }) => check.kind), ["zone"]);
});

Deno.test("users differ in fields and groups; fields that lxops never changes are shown as such", () => {
  const user: Check = {
    kind: "user",
    name: "ann",
    uid: "5",
    shell: "/bin/sh",
    primary: "staff",
    groups: ["adm", "x"],
  };
  const groups = ["group\tstaff:x:50:", "group\tadm:x:4:bob,ann", "group\tx:x:9:anna"];
  assertEquals(told([user], "passwd\tann:x:5:50::/h:/bin/sh", ...groups), [
    "~ user ann, group x no member member",
  ]);
  assertEquals(told([user], "passwd\tann:x:6:4::/h:/bin/bash", ...groups), [
    "~ user ann, user id 6 5",
    "~ user ann, group id 4 50",
    "~ user ann, shell /bin/bash /bin/sh",
    "~ user ann, group x no member member",
  ]);
  assertEquals(told([user], ...groups), ["+ user ann"]);
  assertEquals(told([{ kind: "group", name: "x", members: ["gone"] }], ...groups), []);
});

Deno.test("the expiry of an account is compared where the system has it", () => {
  const user: Check = { kind: "user", name: "emil", groups: [], expires: "22889", inactive: "5" };
  const lines = ["passwd\temil:x:5:5::/h:/bin/sh", "shadow\topen\temil"];
  assertEquals(told([user], ...lines, "aging\t5\t22889\temil"), []);
  assertEquals(told([user], ...lines, "aging\t90\t18262\temil"), [
    "~ user emil, day of expiry 2020-01-01 2032-09-01",
    "~ user emil, inactive days 90 5",
  ]);
  assertEquals(told([user], ...lines).length, 2);
  assertEquals(told([user], lines[0]!), [], "without /etc/shadow");
});

Deno.test("a package may have any version unless the file names one, or be provided by another", () => {
  const name = (name: string, version?: string): Check => ({
    kind: "package",
    manager: "apt",
    name,
    ...(version ? { version } : {}),
  });
  const lines = ["looked\tapt", "package\t1.2-3\tmail-agent (= 1), other\tpostfix"];
  assertEquals(told([name("postfix"), name("mail-agent"), name("other"), name("gone")], ...lines), [
    "+ package gone",
  ]);
  assertEquals(told([name("postfix", "1.2*")], ...lines), []);
  assertEquals(told([name("postfix", "1.3")], ...lines), ["~ package postfix, version 1.2-3 1.3"]);
  assertEquals(told([name("postfix")]), ["1 unknown"], "without the package manager");
});

Deno.test("services, time zone, host name, sshd and mounts are compared", () => {
  const service: Check = { kind: "service", name: "a", enabled: true, active: true };
  assertEquals(told([service], "service\tloaded\tenabled\tactive\ta"), []);
  assertEquals(told([service], "service\tloaded\tdisabled\tfailed\ta"), [
    "~ service a, start disabled enabled",
    "~ service a, state failed active",
  ]);
  assertEquals(told([service], "service\tnot-found\t\tinactive\ta"), ["+ service a"]);
  const zone: Check = { kind: "zone", name: "Asia/Tokyo" };
  assertEquals(told([zone], "zone\t/usr/share/zoneinfo/Asia/Tokyo\t\t\tAsia/Tokyo"), []);
  assertEquals(told([zone], "zone\t/usr/share/zoneinfo/UTC\t\t\t"), ["~ time zone, name UTC Asia/Tokyo"]);
  const host: Check = { kind: "hostname", name: "shop", file: true };
  assertEquals(told([host], "hostname\tshop\tweb"), [], "an instance that has just started has its own name");
  assertEquals(told([host], "hostname\tshop\tx"), ["~ host name, of the kernel x shop"]);
  assertEquals(told([{ kind: "sshd", keyword: "K", value: "no" }], "sshd\tyes\tK"), [
    "~ sshd K, value yes no",
  ]);
  const mount: Check = { kind: "mount", field: "/m", line: "tmpfs\t/m\ttmpfs\td\t0\t0", mounted: true };
  assertEquals(told([mount], "fstab\ttmpfs /m tmpfs d 0 0\t/m"), ["~ mount /m, state not mounted mounted"]);
});

Deno.test("an incomplete answer is refused, and lines of other forms are ignored", () => {
  const error = assertThrows(
    () => parseAnswer(`${STAT}\n`, "web", "p 1"),
    StateError,
    '"web" did not tell all that was asked',
  );
  assertEquals(
    error.advice[1],
    "To see which: lxops exec -project 'p 1' web -- sh -c " +
      "'for p in stat awk sed find; do command -v $p || echo no $p; done'",
  );
  const hostile = [
    "stat",
    "stat\t1",
    "constructor\tx",
    "__proto__\t",
    "passwd\ta:b",
    "x".repeat(100_000),
    "\u0000",
  ];
  assertEquals(parseAnswer(`${hostile.join("\n")}\n${END}`, "web").size, 0);
});

Deno.test("with an item, all that work on the same thing run again, and none of what lxops never changes", () => {
  const target = { key: "f", first: true };
  const items = [
    itemOf([file()], { id: "1", target }),
    itemOf([], { id: "2", target: { ...target, first: false } }),
    itemOf([], { id: "3" }),
  ];
  const drift = { name: "x", items: [items[0]!] };
  assertEquals(mendingItems(items, { drifts: [drift] }).map(({ id }) => id), ["1", "2"]);
  assertEquals(mendingItems(items, { drifts: [{ ...drift, stays: true }] }), []);
});

Deno.test("a script has no wanted value, and names are quoted", () => {
  const checks: Check[] = [file({ path: "/etc/it's", content: bytes("s3cret") }), {
    kind: "password",
    name: "ann",
    hash: "$6$s3cret",
  }];
  const script = lookScript(subjectsOf([itemOf(checks)]), SALT);
  assertEquals(script.includes("s3cret"), false);
  assertEquals(script.includes(`'/etc/it'\\''s'`), true);
});

Deno.test("a difference of texts has the lines around it", () => {
  assertEquals(unifiedDiff("a\n", "a\n"), "");
  assertEquals(unifiedDiff("a\nb\nc\n", "a\nx\nc\n"), "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
  assertEquals(unifiedDiff("", "a"), "@@ -0,0 +1,2 @@\n+a\n+\\ No newline at end of file\n");
});
