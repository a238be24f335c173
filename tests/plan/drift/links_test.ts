/** Links in the paths of managed files: a look tells them, and where they lead. */
import { assertEquals } from "@std/assert";
import { LOOK_LINKS } from "../../../lib/cloudconfig/shell/looks.ts";
import { END, parseAnswer } from "../../../lib/plan/drift/answer.ts";
import { passedLinks } from "../../../lib/plan/drift/links.ts";
import type { Subject } from "../../../lib/plan/drift/subjects.ts";
import { Guest, needsRoot, SHELLS } from "../../cloudconfig/guest.ts";

const file = (path: string): Subject => ({ check: { kind: "file", path }, items: [] });

Deno.test("the links that managed files go through are told once, and no others that an instance names", () => {
  const lines = ["link\t/data\t/srv/app", "link\tx\t/srv/other", "link\tusr/lib\t/lib", "link\tb\t/etc/a"];
  const facts = parseAnswer(`${lines.join("\n")}\n${END}\n`, "web");
  const subjects = [file("/srv/app/one"), file("/srv/app/two"), file("/lib/x"), file("/etc/a")];
  assertEquals(passedLinks(subjects, facts), [
    { path: "/srv/app", to: "/data" },
    { path: "/etc/a", to: "b" },
  ]);
});

for (const shell of SHELLS) {
  Deno.test(
    `lxops_look_links tells directories and files that are links, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh("mkdir -p /data /srv/p; ln -s /data '/srv/it is'; ln -s x /srv/p/f");
      const script =
        `${LOOK_LINKS}\nlxops_look_links '/srv/it is/a/b' '/srv/it is/c' /srv/p/f /srv/p/g plain a/b`;
      assertEquals((await guest.script(script)).output, "link\t/data\t/srv/it is\nlink\tx\t/srv/p/f\n");
    },
  );
}
