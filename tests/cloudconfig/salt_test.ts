/** Tests that ids of items reveal no secrets, in scripts that are shown and in journals. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { batch } from "../../lib/cloudconfig/batch/batch.ts";
import { noted } from "../../lib/cloudconfig/model/ids.ts";
import { parseJournal, pending, unsalted } from "../../lib/cloudconfig/batch/journal.ts";
import { showScript } from "../../lib/cloudconfig/batch/plan.ts";
import { withoutSecrets } from "../../lib/cloudconfig/model/secrets.ts";
import { Guest, itemsOf, needsRoot, SHELLS } from "./guest.ts";

const SECRET = "correct horse";
const CONFIG = `write_files:
- {path: /etc/key, content: ${SECRET}, permissions: "0600"}
- {path: /etc/key, content: more, append: true, permissions: "0600"}
- {path: /etc/motd, content: hello}
chpasswd: {users: [{name: root, password: "$6$abc$def"}]}
runcmd:
- echo run >>/log
- TOKEN=${SECRET.replace(" ", "")} sh -c 'echo with >>/log'
- [sh, -c, "echo words >>/log", --password, "${SECRET}"]
`;

const items = itemsOf(CONFIG);
const secret = items.filter(({ secrets }) => secrets.length > 0);

Deno.test("a shown script has neither secrets nor hashes of them", () => {
  assertEquals(secret.length, 5);
  for (const resume of [false, true]) {
    const script = showScript(items, { resume, unsalted: secret });
    for (const item of secret) {
      assertEquals(script.includes(item.id), false, item.title);
      assertEquals(script.includes(noted(item, "0".repeat(16))), false, item.title);
    }
    assertEquals([script.includes("correcthorse"), script.includes(SECRET)], [false, false]);
    // What is no secret is known by its id, as ever.
    assert(script.includes(items.find(({ title }) => title.includes("motd"))!.id));
  }
  const other = showScript(itemsOf(CONFIG.replaceAll("correct", "c0rrect")));
  assertEquals(showScript(items), other, "two secrets make two scripts");
});

Deno.test("a shown command is complete except for its password", () => {
  const script = showScript(items);
  for (const shown of ["TOKEN=***", "--password '***'", "echo words"]) {
    assert(script.includes(shown), `no ${shown}`);
  }
  const [whole] = itemsOf("runcmd: [A_TOKEN=x, $(B_TOKEN=$& x)]", "debian", "cloud-init");
  assertMatch(withoutSecrets(whole!.script, whole!.secrets), /A_TOKEN=\*\*\*\n/);
});

Deno.test("a batch's marker is another in every run, and tells nothing of secrets where it is shown", () => {
  const ref = { project: "default", name: "a" };
  const marker = (random?: string) => batch(ref, items, random === undefined ? {} : { random }).marker;
  assert(marker("1") !== marker("2"));
  assertEquals(marker(), batch(ref, itemsOf(CONFIG.replaceAll("correct", "c0rrect"))).marker);
});

for (const shell of SHELLS) {
  Deno.test(`a journal has no hash of a secret without its salt, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const { code, output } = await guest.run(items, { random: "one" });
    assertEquals(code, 0, output);
    const journal = await guest.text("/var/lib/lxops/journal");
    for (const { id, title } of secret) assertEquals(journal.includes(id), false, title);
    assertEquals([parseJournal(journal).length, journal.includes(SECRET.replace(" ", ""))], [
      items.length,
      false,
    ]);
    assertEquals(pending(items, journal), []);
    assertEquals(pending(itemsOf(CONFIG.replace("horse", "house")), journal).length, 2);
    // Another run has another salt, and does not do again what is done.
    const again = await guest.run(items, { random: "two", resume: true });
    assertEquals([again.code, again.ran], [0, []]);
    assertEquals(await guest.text("/log"), "run\nwith\nwords\n");
  });

  Deno.test(`a journal of bare hashes counts, and gets salted, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const old = items.map(({ id, target, title }, index) =>
      `${id} ${index} 0.01 ${target?.key ?? "-"} ${title.replace("***", "pass/w&rd\\1")}\n`
    ).join("");
    await guest.sh(`mkdir -p /var/lib/lxops && cat >/var/lib/lxops/journal <<'END'\n${old}END`);
    assertEquals(pending(items, old), []);
    const resumed = await guest.run(items, { random: "one", resume: true });
    assertEquals([resumed.code, resumed.ran], [0, []]);
    const more = itemsOf(`${CONFIG}- echo new >>/log\n`);
    const left = pending(more, old);
    const { code, ran } = await guest.run(left, { random: "one", unsalted: unsalted(more, old) });
    assertEquals([code, ran], [0, ["Run echo new >>/log"]]);
    const journal = await guest.text("/var/lib/lxops/journal");
    for (const { id, title } of secret) assertEquals(journal.includes(id), false, title);
    assertEquals([pending(more, journal), unsalted(more, journal), journal.includes("pass/")], [
      [],
      [],
      false,
    ]);
    assertEquals(parseJournal(journal).map(({ title }) => title), more.map(({ title }) => title));
    assertEquals(parseJournal(journal)[1]!.time, 1);
    assertEquals(await guest.sh("stat -c %a /var/lib/lxops/journal"), "600");
  });

  Deno.test(
    `a journal stays whole where there is no space for a salted one, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      const old = items.map(({ id, target, title }) => `${id} 1 0.01 ${target?.key ?? "-"} ${title}\n`).join(
        "",
      );
      const size = `size=${Math.ceil(old.length / 4096) * 4}k`;
      await guest.sh(`mkdir -p /var/lib/lxops && mount -t tmpfs -o ${size} tmpfs /var/lib/lxops &&
      cat >/var/lib/lxops/journal <<'END'\n${old}END`);
      const more = itemsOf(`${CONFIG}- echo new >>/log\n`);
      const left = pending(more, old);
      const { code } = await guest.run(left, { random: "one", unsalted: unsalted(more, old) });
      assertEquals(code, 0);
      assertEquals((await guest.sh("cat /var/lib/lxops/journal")).slice(0, old.length), old);
    },
  );
}
