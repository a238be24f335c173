/** The shell function that knows files as cloud-config files left them, in a real instance. */
import { assertEquals } from "@std/assert";
import { LOST } from "../../../lib/plan/lost/shell.ts";
import { Guest, needsRoot, SHELLS } from "../../cloudconfig/guest.ts";

for (const shell of SHELLS) {
  Deno.test(
    `a file of cloud-config counts as lost once others changed it, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh(
        "mkdir -p /var/lib/lxops /look; cd /etc; for one in same edited big; do echo $one >$one; done; " +
          "{ for one in same edited; do printf 'stat\\t644\\t0\\t0\\troot\\troot\\t/etc/%s\\n' $one; " +
          "printf 'sum\\t%s\\t/etc/%s\\n' $(sha256sum <$one | cut -c1-64) $one; done; " +
          "printf 'stat\\t644\\t0\\t0\\troot\\troot\\t/etc/big\\n'; } >/var/lib/lxops/left; " +
          "echo by hand >>edited; echo x >other; printf '/etc/%s\\n' same edited big other >/look/paths",
      );
      const script = `lxops_tab=$(printf '\\t') look=/look\n${LOST}\nlxops_as_left 2>/dev/null | sort`;
      assertEquals((await guest.script(script)).output, "/etc/big\n/etc/same\n");
    },
  );
}

Deno.test("a look removes the directories of looks that were killed, and no others", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh(
    "mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /tmp; mkdir -p /var/lib/lxops; cd /run; mkdir lxops-look.4000000.abc lxops-look.1.abc lxops-look.old; " +
      "mkdir /tmp/lxops-look.4000000.theirs; chown 1000 /tmp/lxops-look.4000000.theirs; " +
      "mkdir /var/lib/lxops/lxops-look.4000001.abc",
  );
  await guest.script(`${LOST}\nlxops_sweep`);
  assertEquals(
    await guest.sh("ls -d /run/lxops-look.* /tmp/lxops-look.* /var/lib/lxops/lxops-look.* 2>/dev/null"),
    "/run/lxops-look.1.abc\n/run/lxops-look.old\n/tmp/lxops-look.4000000.theirs",
  );
});
