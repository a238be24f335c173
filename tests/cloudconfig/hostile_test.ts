import { assert, assertEquals } from "@std/assert";
import { batch, MARK } from "../../lib/cloudconfig/batch/batch.ts";
import type { Item } from "../../lib/cloudconfig/model/item.ts";
import { isTaken } from "../support/sample.ts";
import { Guest, needsRoot } from "./guest.ts";
import { hostileItems } from "./hostile_items.ts";

/** Runs items one after another, also after one that fails; every one of them has to come to an end. */
async function runAll(guest: Guest, items: readonly Item[]): Promise<void> {
  const made = batch({ project: "p", name: "n" }, items);
  const script = (made.stdin ?? "").replaceAll('[ "$lxops_code" = 0 ] || return "$lxops_code"', ":");
  const { output } = await guest.script(script);
  const ended = output.split(`${MARK}${made.marker} end `).length - 1;
  assertEquals(ended, items.length, output.slice(-2000));
}

/** The number of items per shell. */
const AT_A_TIME = 100;

Deno.test("no text of any key is run by a shell", needsRoot, async () => {
  const all = hostileItems();
  assert(all.length > 340, `${all.length} items`);
  await Promise.all((["dash", "busybox"] as const).map(async (shell) => {
    await using guest = await Guest.tiny(shell);
    await guest.sh(
      "mkdir -p /etc/sudoers.d /etc/doas.d; printf '#!/bin/sh\\n' >/bin/sleep.new; rm /bin/sleep; mv /bin/sleep.new /bin/sleep; chmod 755 /bin/sleep",
    );
    // Each shell takes a quarter of the items, another one at each commit.
    const own = all.filter((_, index) => isTaken(index + (shell === "dash" ? 0 : 2), 4));
    for (let at = 0; at < own.length; at += AT_A_TIME) {
      const some = own.slice(at, at + AT_A_TIME);
      await runAll(guest, some);
      if (await guest.sh("ls -d /owned owned /root/owned 2>/dev/null") === "") continue;
      // Something was run, so the user must learn which item it was.
      for (const item of some) {
        await guest.sh("rm -f /owned owned");
        await runAll(guest, [item]);
        assertEquals(await guest.sh("ls -d /owned owned 2>/dev/null"), "", `${shell}: ${item.script}`);
      }
    }
  }));
});
