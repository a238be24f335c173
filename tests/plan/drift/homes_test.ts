/** Home directories: what an instance notes about them, and what a later look and a later item make of it. */
import { assertEquals } from "@std/assert";
import { HOMES, LOOK_HOMES } from "../../../lib/cloudconfig/shell/homes.ts";
import { wholeScript } from "../../../lib/plan/drift/script.ts";
import { Guest, itemsOf, needsRoot, SHELLS } from "../../cloudconfig/guest.ts";

const TEXT = `users:
- {name: ann, homedir: /srv/ann}
- {name: ben, homedir: /srv/www, no_create_home: true}
- {name: cho}
`;

for (const shell of SHELLS) {
  Deno.test(`a home directory keeps its owner, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    await guest.sh("mkdir -p /srv/www /home");
    const apply = async () => {
      const { code, output } = await guest.run(itemsOf(TEXT, "alpine"), { root: "used" });
      assertEquals(code, 0, output);
    };
    const look = async () => {
      const calls = ["lxops_tab='\t'", "lxops_look_homes ann ben cho"];
      const { output } = await guest.script(wholeScript([HOMES, LOOK_HOMES], calls));
      return output.trim().split("\n").slice(0, -1);
    };
    await apply();
    const [ann, cho] = (await guest.sh("id -u ann; id -u cho")).split("\n");
    const [left, both] = [[`was\thome\t${ann}\t/srv/ann\tann`, `was\thome\t${cho}\t/home/cho\tcho`], [
      `home\tdirectory\t${ann}\t/srv/ann\tann`,
      `home\tdirectory\t${cho}\t/home/cho\tcho`,
    ]];
    assertEquals((await look()).toSorted(), [...left, ...both].toSorted(), "that of ben is not his own");
    await guest.sh("chown 0 /srv/ann; mv /home/cho /srv/moved; ln -s /srv/moved /home/cho");
    const changed = [`home\tdirectory\t0\t/srv/ann\tann`, `home\tlink\t0\t/home/cho\tcho`];
    assertEquals((await look()).toSorted(), [...left, ...changed].toSorted());
    await apply();
    const after = [both[0]!, changed[1]!];
    assertEquals(
      (await look()).toSorted(),
      [...left, ...after].toSorted(),
      "a link stays, and is found again",
    );
    assertEquals(await guest.sh("stat -c %u /srv/moved"), cho);
    await guest.sh("mkdir /srv/other; sed -i s,/srv/ann:,/srv/other:, /etc/passwd");
    await apply();
    assertEquals(await guest.sh("stat -c %u /srv/other"), "0", "lxops never left this one to ann");
  });
}
