import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { compile } from "../../../lib/cloudconfig/compile/compile.ts";
import type { Item } from "../../../lib/cloudconfig/model/item.ts";
import { pending } from "../../../lib/cloudconfig/batch/journal.ts";
import { osType, osTypeNames, osTypeOfRelease } from "../../../lib/cloudconfig/model/ostype.ts";
import { parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";
import { itemsOf } from "../guest.ts";

const ALL = `runcmd: [echo done]
users: [{name: ann, passwd: x}]
groups: [staff2]
packages: [nginx, [curl, 8.1], {apt: [vim], snap: [hello]}]
package_update: true
package_upgrade: true
write_files:
  - {path: /late, defer: true}
  - {path: /early}
  - {path: /early, content: more, append: true}
`;

const titles = (items: readonly Item[]) => items.map(({ title }) => title.replace(" (test.cfg)", ""));

Deno.test("compile() orders items as the code of the Go program does", () => {
  assertEquals(titles(itemsOf(ALL)), [
    "Write /early",
    "Append to /early",
    "Update package lists",
    "Upgrade packages",
    "Install packages nginx curl=8.1 vim",
    "Install snaps hello",
    "Make group staff2",
    "Set up user ann",
    "Set the password of user ann",
    "Write /late",
    "Run echo done",
  ]);
});

Deno.test("compile() orders items as cloud-init does when it is asked to", () => {
  assertEquals(titles(itemsOf(ALL, "debian", "cloud-init")), [
    "Write /early",
    "Append to /early",
    "Make group staff2",
    "Set up user ann",
    "Set the password of user ann",
    "Update package lists",
    "Upgrade packages",
    "Install packages nginx curl=8.1 vim",
    "Install snaps hello",
    "Write /late",
    "Run echo done",
  ]);
});

Deno.test("compile() applies one whole file after another", () => {
  const os = osType("alpine");
  assert(os);
  const parse = (file: string, text: string) => parseCloudConfig(file, `#cloud-config\n${text}`).cloudConfig;
  const items = compile(
    [
      parse("/x/a.cfg", "runcmd: [one]\npackages: [p]\n"),
      parse("/x/b.cfg", "packages: [q]"),
    ],
    os,
    { order: "lxops" },
  );
  assertEquals(items.map(({ title }) => title), [
    "Install packages p (a.cfg)",
    "Run one (a.cfg)",
    "Install packages q (b.cfg)",
  ]);
  assertEquals(items.map(({ location }) => `${location.file}:${location.line}`), [
    "/x/a.cfg:3",
    "/x/a.cfg:2",
    "/x/b.cfg:2",
  ]);
});

Deno.test("compile() gives an item the same id wherever it is, and another one when it changes", () => {
  const ids = (text: string) => itemsOf(text).map(({ id }) => id);
  const [a, b] = ids("runcmd: [a, b]");
  assertEquals(ids("# comment\nruncmd:\n- b\n- a\n"), [b, a]);
  const [first, second] = ids("runcmd: [a, a]");
  assertEquals(first, a);
  assertNotEquals(second, a);
  assertEquals(
    ids("write_files: [{path: /a, content: x}]"),
    ids("write_files: [{path: //a, content: x, permissions: '644'}]"),
  );
  assertNotEquals(ids("write_files: [{path: /a, content: x}]"), ids("write_files: [{path: /a, content: y}]"));
  assertNotEquals(
    ids("users: [{name: a, plain_text_passwd: x}]")[1],
    ids("users: [{name: a, plain_text_passwd: y}]")[1],
  );
});

Deno.test("compile() knows every operating system", () => {
  for (const name of osTypeNames()) assert(itemsOf(ALL, name).length > 9, name);
});

Deno.test("osTypeOfRelease() knows a system by its name or by a similar one", () => {
  const name = (text: string) => osTypeOfRelease(text)?.name;
  assertEquals(name('NAME="Debian"\nID=debian\n'), "debian");
  assertEquals(name('ID="rocky"\nID_LIKE="rhel centos fedora"'), "rocky");
  assertEquals(name("ID=linuxmint\nID_LIKE='ubuntu debian'"), "ubuntu");
  assertEquals(name('ID=ol\nID_LIKE="rhel fedora"'), "centos");
  assertEquals(name('ID="opensuse-leap"'), "opensuse");
  assertEquals(name("ID=plan9\n"), undefined);
});

function journalOf(items: readonly Item[]): string {
  return items.map(({ id, target, title }) => `${id} 1700000000 1 ${target?.key ?? "-"} ${title}\n`).join("");
}

Deno.test("pending() gives the items that the journal does not have", () => {
  const items = itemsOf("runcmd: [a, b, c]");
  assertEquals(pending(items, ""), items);
  assertEquals(pending(items, journalOf(items)), []);
  assertEquals(titles(pending(itemsOf("runcmd: [a, x, b]"), journalOf(items))), ["Run x"]);
  assertEquals(pending(items, `${items[0]?.id} unfinished\nno entry\n`), items);
});

Deno.test("pending() repeats the items after a changed one of the same file", () => {
  const file = (...contents: string[]) =>
    itemsOf(JSON.stringify({
      write_files: contents.map((content) => ({ path: "/a", content, append: content.startsWith("+") })),
    }));
  const applied = journalOf(file("one", "+two"));
  assertEquals(titles(pending(file("one", "+two"), applied)), []);
  assertEquals(titles(pending(file("ONE", "+two"), applied)), ["Write /a", "Append to /a"]);
  assertEquals(titles(pending(file("one", "+TWO"), applied)), ["Write /a", "Append to /a"]);
  assertEquals(titles(pending(file("one", "+two", "+three"), applied)), ["Append to /a"]);
  assertEquals(titles(pending(file("one"), applied + journalOf(file("three")))), ["Write /a"]);
  // What is only added to a file of the image cannot begin anew.
  assertEquals(titles(pending(file("+one", "+TWO"), journalOf(file("+one", "+two")))), ["Append to /a"]);
});
