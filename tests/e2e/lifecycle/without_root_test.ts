import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

const CONFIG = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems: {files: {pattern: ${places.directory}/(instance), destroy: true}}
devices: {www: {path: /srv/www, filesystem: files, dir: www}}
`;

const HAS_ALL = Deno.uid() === 0 &&
  ["/usr/bin/sudo", "/usr/bin/setpriv"].every((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });

const SKIPPED =
  "skipped: needs root, sudo, setpriv, and the built program, as others cannot read this one's cache";

/** A number that no user of the machine has. */
const UID = 64321;

/** Lets a user that is made for the test run lxops, whom sudo asks for a password or not. */
async function asUser(ground: Ground, rule: string, test: (argv: string[]) => Promise<void>): Promise<void> {
  const user = `lxops-${ground.id.slice(0, 8)}`;
  const rules = `/etc/sudoers.d/${user}`;
  // A run that was killed has left its user, whose number and rule this one would have.
  await sh(
    'for one in $(find /etc/sudoers.d -name \'lxops-*\' -mmin +20); do rm -f "$one"; userdel "${one##*/}" || :; done',
  );
  await sh(`useradd --no-log-init -M -N -g nogroup -o -u ${UID} '${user}'`);
  try {
    await sh(`umask 077; echo '${user} ALL=(ALL) ${rule}' >'${rules}'; chmod 440 '${rules}'`);
    await sh(
      `chown -R ${UID} '${ground.dir}'; chmod 755 '${ground.dir}'; chmod o+rw '${ground.daemon.socket}'`,
    );
    const [program, ...first] = ground.daemon.argv;
    await test(["setpriv", `--reuid=${UID}`, "--regid=65534", "--clear-groups", "--", program!, ...first]);
  } finally {
    await sh(`rm -f '${rules}'; userdel '${user}'; chmod o-rw '${ground.daemon.socket}'`);
  }
}

inTurn(
  "a user without root exports, imports, takes snapshots and rolls back",
  ["directory"],
  async (ground) => {
    if (!HAS_ALL || ground.daemon.argv.length > 1) return console.log(SKIPPED);
    const name = ground.name();
    const is = ["-name", name, "a.yaml"];
    await ground.write("a.yaml", CONFIG());
    await asUser(ground, "NOPASSWD: ALL", async (argv) => {
      const ok = (args: readonly string[]) => ground.ok(args, { argv });
      try {
        await ok(["launch", ...is]);
        await ground.inside(name, "echo one >/srv/www/file; chmod 600 /srv/www/file");
        await ok(["snapshot", "-s", "s", ...is]);
        await ok(["export", "-d", "out/new", ...is]);
        const owners = (await sh(`stat -c %u '${ground.dir}/out/new' '${ground.dir}/out/new/'*`)).trim()
          .split("\n");
        assertEquals(owners, owners.map(() => String(UID)));
        await ok(["rollback", "-s", "s", ...is]);
        await ok(["destroy", "--force", ...is]);
        await ok(["import", "-d", "out/new", ...is]);
        await ok(["launch", ...is]);
        assertEquals(await ground.inside(name, "cat /srv/www/file"), "one");
        await sh(`mkdir '${ground.dir}/roots'`);
        const { code, stderr } = await ground.run(["export", "-d", "roots", ...is], { argv });
        assert(code === 9 && stderr.includes("you may not write there"), stderr);
      } finally {
        await ground.run(["destroy", "--force", ...is]);
        await sh(`rm -rf '${places.directory}/${name}'*`);
      }
    });
  },
);

const HOOK = `#!/bin/sh
echo "$(id -u) $LXOPS_HOOK" >>told
`;

inTurn("a user without root has a directory as a container", ["directory"], async (ground) => {
  if (!HAS_ALL || ground.daemon.argv.length > 1) return console.log(SKIPPED);
  const name = ground.name();
  const at = `${places.directory}/${ground.id}/${name}`;
  await sh(`mkdir -p '${at}/conf' '${at}/hooks'; echo a >'${at}/conf/a'`);
  const files = {
    "lxops.yaml": "#lxops-v1\nostype: alpine\nimage: tiny\nsecrets: {key: key.secret}\nkeep: [/etc/kept]\n" +
      "hooks: {after-configure: hooks/tell.sh, before-delete: hooks/tell.sh}\n",
    "bootstrap.sh": '#!/bin/sh -e\ncp /usr/local/conf/a /etc/a\necho "$WORD" >>/usr/local/data/runs\n' +
      "[ -e /etc/kept ] || cat /run/lxops/secrets/key >/etc/kept\n",
    "hooks/tell.sh": HOOK,
    "key.secret": "one",
    ".env": "WORD=hush\n",
  };
  for (const [file, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${at}/${file}`, text, { mode: file.endsWith(".sh") ? 0o755 : 0o600 });
  }
  await sh(`chown -R ${UID} '${at}'`);
  await asUser(ground, "NOPASSWD: ALL", async (argv) => {
    const ok = async (...args: readonly string[]) => await ground.ok([...args, at], { argv });
    await ok("up");
    const show =
      "cat /etc/a /usr/local/data/runs /etc/kept /run/lxops/secrets/key; stat -c ' %u' /usr/local/data";
    assertEquals(await ground.inside(name, show), "a\nhush\noneone 0");
    assertEquals(await ok("up"), `${name}: up to date\n`);
    await Deno.writeTextFile(`${at}/key.secret`, "two");
    await ok("rebuild");
    assertEquals(await ground.inside(name, show), "a\nhush\nhush\nonetwo 0");
    await ok("down");
  });
  // Hooks run as the user, and what lxops makes for itself stays the user's.
  assertEquals(
    await Deno.readTextFile(`${at}/told`),
    [UID, "after-configure\n", UID, "after-configure\n", UID, "before-delete\n"].join(" ").replaceAll(
      "\n ",
      "\n",
    ),
  );
  assertEquals(
    (await sh(`cd '${at}'; find . -path ./data -prune -o ! -user ${UID} -print; stat -c %u data`)).trim(),
    String((await Deno.stat(`${at}/data`)).uid),
  );
});

inTurn("a sudo that asks for a password is called before anything changes", ["directory"], async (ground) => {
  if (!HAS_ALL || ground.daemon.argv.length > 1) return console.log(SKIPPED);
  const name = ground.name();
  const is = ["-name", name, "a.yaml"];
  await ground.write("a.yaml", CONFIG());
  await ground.ok(["launch", ...is]);
  try {
    await asUser(ground, "ALL", async (argv) => {
      for (const args of [["snapshot", "-s", "s", ...is], ["launch", "-name", ground.name("b"), "a.yaml"]]) {
        const { code, stderr } = await ground.run(args, { argv });
        assert(code !== 0 && /sudo(:| asks for) a password/.test(stderr), stderr);
        assertStringIncludes(stderr, "Nothing was changed.");
      }
      const { status, config } = await ground.get(`/1.0/instances/${name}`);
      assertEquals([status, config["user.lxops.frozen"]], ["Running", undefined]);
    });
  } finally {
    await ground.run(["destroy", "--force", ...is]);
  }
});
