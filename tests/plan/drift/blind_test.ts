/** Differences that an administrator finds who knows the file and Linux, and not what lxops compares. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Item } from "../../../lib/cloudconfig/model/item.ts";
import { driftChange, mendingItems } from "../../../lib/plan/changes/guest.ts";
import { END, parseAnswer } from "../../../lib/plan/drift/answer.ts";
import { compareGuest } from "../../../lib/plan/drift/compare.ts";
import { lookScript } from "../../../lib/plan/drift/script.ts";
import { subjectsOf } from "../../../lib/plan/drift/subjects.ts";
import { itemsOf } from "../../cloudconfig/items.ts";

/** Compares a file with lines that an instance tells. */
function compared(items: readonly Item[], lines: readonly string[]) {
  const facts = parseAnswer(`${lines.join("\n")}\n${END}\n`, "web");
  return compareGuest(subjectsOf(items), { instance: "web", salt: "5a17", facts });
}

/** Returns the differences of a file as text. */
function told(text: string, ...lines: readonly string[]): readonly string[] {
  return compared(itemsOf(text), lines).drifts.map((drift) => {
    const { name, from, to } = driftChange(drift);
    return [name, from ?? "", to ?? ""].join(" ").trim();
  });
}

Deno.test("timers, sockets and other units that runcmd enables are compared by their whole names", () => {
  const items = itemsOf("runcmd: [systemctl enable --now poll.timer]");
  assertEquals(subjectsOf(items).map(({ check }) => check), [
    { kind: "service", name: "poll.timer", enabled: true, active: true },
  ]);
  assertEquals(lookScript(subjectsOf(items), "5a17").includes("lxops_look_services poll.timer"), true);
  const text = "runcmd: [systemctl enable --now poll.timer]";
  assertEquals(told(text, "service\tloaded\tenabled\tactive\tpoll.timer"), []);
  assertEquals(told(text, "service\tloaded\tdisabled\tinactive\tpoll.timer"), [
    "service poll.timer, start disabled enabled",
    "service poll.timer, state inactive active",
  ]);
  assertEquals(itemsOf("runcmd: [systemctl start a.slice]")[0]?.checks, undefined);
});

Deno.test("a unit that is to be masked differs where it is not, even if it is disabled", () => {
  const text = "runcmd: [systemctl mask fstrim.timer]";
  assertEquals(told(text, "service\tmasked\tmasked\tinactive\tfstrim.timer"), []);
  assertEquals(told(text, "service\tloaded\tdisabled\tinactive\tfstrim.timer"), [
    "service fstrim.timer, start disabled masked",
  ]);
  const taken = "runcmd: [systemctl mask a, systemctl unmask a]";
  assertEquals(told(taken, "service\tloaded\tenabled\tactive\ta"), [], "the unmask counts");
  const now = "runcmd: [systemctl mask --now a]";
  assertEquals(itemsOf(now)[0]?.checks, [{ kind: "service", name: "a", masked: true, active: false }]);
});

Deno.test("the client of ntp runs where it is there, and where the instance may run it", () => {
  const text = "ntp: {servers: [ntp.example.org]}";
  const state = (state: string) =>
    told(text, `service\tloaded\tenabled\t${state}\tchrony`).filter((line) => line.startsWith("service"));
  assertEquals(state("active"), []);
  assertEquals(state("inactive"), ["service chrony, state inactive active"]);
  assertEquals(state("left out"), []);
  assertEquals(told(text, "service\tnot-found\t\tinactive\tchrony"), []);
  assertEquals(told(text, "service\tmasked\tmasked\tinactive\tchrony"), [
    "service chrony, start masked enabled",
  ]);
});

Deno.test("a password of chpasswd opens an account, which differs once it is locked", () => {
  const hash = "$6$salt$hash";
  const text = `users: [{name: eve, lock_passwd: true}]\nchpasswd: {users: [{name: eve, password: ${hash}}]}`;
  const check = subjectsOf(itemsOf(text)).map(({ check }) => check).find(({ kind }) => kind === "password");
  assertEquals(check, { kind: "password", name: "eve", locked: false }, "a user is to change it");
  const lines = ["passwd\teve:x:5:5::/h:/bin/sh", "group\teve:x:5:"];
  assertEquals(told(text, ...lines, "shadow\topen\teve"), []);
  assertEquals(told(text, ...lines, "shadow\tlocked\teve"), ["password of eve, state locked open"]);
});

Deno.test("a user that has become root differs", () => {
  const text = "users: [{name: svc, system: true}, {name: root}]";
  const root = "passwd\troot:x:0:0::/root:/bin/sh";
  assertEquals(told(text, root, "passwd\tsvc:x:99:99::/h:/bin/sh"), []);
  assertEquals(told(text, root, "passwd\tsvc:x:0:99::/h:/bin/sh"), ["user svc, user id 0 not 0"]);
});

Deno.test("keys differ where others may write in their directory", () => {
  const text = "users: [{name: ann, ssh_authorized_keys: [ssh-ed25519 AAAAC3 ann]}]";
  const lines = ["passwd\tann:x:5:5::/h:/bin/sh", "key\t1\tann", "keyfile\t600\t5\tann"];
  assertEquals(told(text, ...lines, "keydir\t700\t5\tann"), []);
  assertEquals(told(text, ...lines, "keydir\t755\t0\tann"), []);
  assertEquals(told(text, ...lines, "keydir\t777\t7\tann"), [
    "SSH keys of ann, mode of .ssh 0777 0700",
    "SSH keys of ann, owner id of .ssh 7 5",
  ]);
});

Deno.test("a user that is made again gets its keys and its password again", () => {
  const text = `users: [{name: eve, ssh_authorized_keys: [ssh-ed25519 AAAAC3 eve]}]
chpasswd: {users: [{name: eve, password: x, type: text}]}
`;
  const items = itemsOf(text);
  const titles = mendingItems(items, compared(items, [])).map(({ title }) =>
    title.replace(" (test.cfg)", "")
  );
  assertEquals(titles, ["Set up user eve", "Set 1 SSH key of user eve", "Set the password of user eve"]);
});

Deno.test("the client of ntp starts with the system", () => {
  const text = "ntp: {enabled: true}";
  const found = told(text, "service\tloaded\tdisabled\tactive\tchrony").filter((line) =>
    /^service/.test(line)
  );
  assertEquals(found, ["service chrony, start disabled enabled"]);
  assertMatch(itemsOf(text)[0]?.script ?? "", /\nlxops_enable chronyd chrony$/);
  assertEquals(itemsOf(text, "openwrt")[0]?.checks?.at(-1), {
    kind: "service",
    name: "chronyd",
    active: true,
    ifThere: true,
  });
});

Deno.test("a locale differs once it is no longer made, where the system makes locales", () => {
  const text = "locale: de_DE.UTF-8";
  const lines = ["variable\tde_DE.UTF-8\tLANG\t/etc/default/locale"];
  assertEquals(told(text, ...lines, "locale\tmade\tde_DE.UTF-8"), []);
  assertEquals(told(text, ...lines, "locale\tmissing\tde_DE.UTF-8"), ["locale de_DE.UTF-8"]);
  assertEquals(told(text, ...lines), [], "a system without a list of locales tells nothing");
  assertEquals(subjectsOf(itemsOf("locale: C.UTF-8")).length, 1);
});

Deno.test("a mount differs in the flags that take rights away", () => {
  const text =
    "mounts: [[tmpfs, /s, tmpfs, 'size=4m,nosuid,noexec,exec,ro,defaults,nodev,nosuid', '0', '0']]";
  const line = itemsOf(text)[0]?.checks?.flatMap((check) => check.kind === "mount" ? check.line : [])[0];
  const lines = [`fstab\t${line?.replaceAll("\t", " ")}\t/s`, "mounted\t/s"];
  assertEquals(told(text, ...lines, "flags\trw,nosuid,nodev,size=4096k\t/s"), []);
  assertEquals(told(text, ...lines, "flags\trw,nodev\t/s"), ["mount /s, flag nosuid not set set"]);
  assertMatch(itemsOf(text)[0]?.script ?? "", / nodev nosuid$/);
  assertEquals(
    told("mounts: [[/a, /b, none, 'bind,ro', '0', '0']]", "flags\trw\t/b").length,
    1,
    "only fstab",
  );
});

Deno.test("certificates differ that the file of all certificates does not have", () => {
  const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  const text = `ca_certs: {trusted: [${JSON.stringify(pem("QUJD\nREVG"))}, ${JSON.stringify(pem("R0hJ"))}]}`;
  const lines = (os?: string) =>
    compared(itemsOf(text, os), [
      "bundle\t/etc/ssl/certs/ca-certificates.crt",
      "certificate\t1\t/etc/ssl/certs/ca-certificates.crt",
    ])
      .drifts.map((drift) => driftChange(drift).name).filter((name) => name.startsWith("certificates"));
  assertEquals(lines(), ["certificates in /etc/ssl/certs/ca-certificates.crt, certificate 2 of ca_certs"]);
  assertEquals(lines("fedora"), [], "this system chooses among certificates");
  assertMatch(lookScript(subjectsOf(itemsOf(text)), "5a17"), /QUJDREVG\nR0hJ\n/);
  assertEquals(told(text).filter((line) => line.startsWith("certificates")), [], "there is no such file");
});

Deno.test("rules of sudo for a user without rights differ, and stay", () => {
  const text = "users: [{name: eve, sudo: false}]";
  const lines = ["passwd\teve:x:5:5::/h:/bin/sh"];
  assertEquals(told(text, ...lines, "state\tmissing\t/etc/sudoers.d/eve"), []);
  assertEquals(told(text, ...lines, "state\tno directory\t/etc/sudoers.d/eve"), []);
  const found = compared(itemsOf(text), [...lines, "stat\t440\t0\t0\troot\troot\t/etc/sudoers.d/eve"]).drifts;
  assertEquals(found.map(({ name, have, stays }) => [name, have, stays]), [[
    "file /etc/sudoers.d/eve",
    "file",
    true,
  ]]);
  assertEquals(subjectsOf(itemsOf("users: [{name: eve}]")).length, 1, "without the key, nothing is said");
  const written = `${text}\nwrite_files: [{path: /etc/sudoers.d/eve, content: x}]`;
  assertEquals(subjectsOf(itemsOf(written)).some(({ check }) => check.kind === "absent"), false);
});

Deno.test("a home directory differs from what lxops left, and only where it left one", () => {
  const text = "users: [{name: ann}]";
  const lines = ["passwd\tann:x:5:5::/home/ann:/bin/sh"];
  const left = "was\thome\t5\t/home/ann\tann";
  assertEquals(told(text, ...lines, "home\tdirectory\t0\t/home/ann\tann"), []);
  assertEquals(told(text, ...lines, left, "home\tdirectory\t5\t/home/ann\tann"), []);
  assertEquals(told(text, ...lines, left, "home\tdirectory\t0\t/home/ann\tann"), [
    "user ann, owner id of the home directory 0 5",
  ]);
  assertEquals(told(text, ...lines, left, "home\tlink\t0\t/home/ann\tann"), [
    "user ann, type of the home directory link directory",
  ]);
  assertEquals(told(text, ...lines, left, "home\tdirectory\t0\t/tmp\tann"), [], "it is another directory");
  assertEquals(
    told(text, "passwd\tann:x:6:5::/home/ann:/bin/sh", left, "home\tdirectory\t6\t/home/ann\tann"),
    [],
  );
});

Deno.test("things that cannot be compared have names", () => {
  const { unknown, untold } = compared(itemsOf("packages: [curl, git]\ntimezone: UTC"), ["looked\tyum"]);
  assertEquals([unknown, untold], [3, ["package curl", "package git", "time zone"]]);
});
