/** The tree of a container's directory, copied every night, is the container on another machine. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { daemons, Ground, onEither, places } from "../support/daemon.ts";
import { plant, sh, treeOf } from "../support/trees.ts";

const BOOTSTRAP = `#!/bin/sh -e
[ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
[ -e /etc/ssh/ssh_host_x_key ] || { mkdir -p /etc/ssh; umask 077; cat /proc/sys/kernel/random/uuid >/etc/ssh/ssh_host_x_key; }
cp /usr/local/conf/a /etc/a
printf %s "$PASSWORD" >/etc/password
echo run >>/usr/local/data/runs
`;

const SHOW =
  "cat /etc/machine-id /etc/ssh/ssh_host_x_key /etc/a /etc/password /run/lxops/secrets/key; stat -c '%a %u:%g' /etc/ssh/*";

/** rsync leaves the time of a new link that is of the right second. */
const inSeconds = (tree: string) => tree.replaceAll(/(\|\d+)\.\d+$/gm, "$1");

async function writeDirectory(at: string): Promise<void> {
  await sh(`mkdir -p '${at}/conf' '${at}/cloud-config'; echo a >'${at}/conf/a'`);
  await Deno.writeTextFile(`${at}/bootstrap.sh`, BOOTSTRAP);
  await Deno.writeTextFile(`${at}/.env`, "PASSWORD='a $b'\n", { mode: 0o600 });
  await Deno.writeTextFile(`${at}/key.secret`, "hush\n", { mode: 0o600 });
  await Deno.writeTextFile(
    `${at}/lxops.yaml`,
    "#lxops-v1\nostype: alpine\nimage: tiny\nsecrets: {key: key.secret}\nkeep: [ssh-host-keys, machine-id]\n",
  );
}

onEither(
  "a nightly copy of a directory is the same container on another machine",
  ["directory", "second daemon"],
  async (ground) => {
    const name = ground.name();
    const other = daemons.find(({ socket }) => socket && socket !== ground.daemon.socket)!;
    const elsewhere = new Ground(other, ground.id, await Deno.makeTempDir({ prefix: "lxops-e2e-" }));
    elsewhere.name();
    const [here, there] = ["here", "there"].map((one) => `${places.directory}/${ground.id}/${one}`) as [
      string,
      string,
    ];
    const nightly = () => sh(`rsync -aHAXS --numeric-ids --delete '${here}/' '${there}/'`);
    const data = (at: string) => `${at}/${name}/data`;
    try {
      await writeDirectory(`${here}/${name}`);
      await ground.ok(["up", `${here}/${name}`]);
      const owner = (await Deno.stat(data(here))).uid!;
      await sh(`mkdir '${data(here)}/tree'`);
      await plant(`${data(here)}/tree`, owner);
      await ground.inside(
        name,
        "echo old >/usr/local/data/gone; echo first >/usr/local/data/file; chown 33:44 /usr/local/data/file",
      );
      await nightly();
      await ground.inside(name, "rm /usr/local/data/gone; echo second >/usr/local/data/file");
      await nightly();
      const before = inSeconds(await treeOf(`${data(here)}/tree`));
      const shown = await ground.inside(name, SHOW);
      assertStringIncludes(shown, "a\na $bhush\n600 0:0");

      // This machine is lost.
      await ground.ok(["destroy", "--force", "--wait-stop", "0", `${here}/${name}`]);
      await sh(`rm -r '${here}'`);
      await elsewhere.ok(["up", `${there}/${name}`]);
      assertEquals(await elsewhere.inside(name, SHOW), shown);
      assertEquals(
        await elsewhere.inside(
          name,
          "cd /usr/local/data; cat file runs; stat -c %u:%g . file; ls gone 2>&1 | wc -l",
        ),
        "second\nrun\nrun\n0:0\n33:44\n1",
      );
      assertEquals(await elsewhere.ok(["up", `${there}/${name}`]), `${name}: up to date\n`);
      assertEquals(inSeconds(await treeOf(`${data(there)}/tree`)), before);
    } finally {
      await elsewhere.close();
    }
  },
);
