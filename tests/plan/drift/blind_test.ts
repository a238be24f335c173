/** Differences that an administrator finds who knows the file and Linux, and not what lxops compares. */
import { assertEquals } from "@std/assert";
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
