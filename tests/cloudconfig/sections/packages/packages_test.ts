import { assertEquals, assertStringIncludes } from "@std/assert";
import { Guest, itemsOf, needsRoot } from "../../guest.ts";

const calls = async (guest: Guest) => await guest.sh("cat /var/log/calls; : >/var/log/calls");
const APT = "apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold";

Deno.test("packages installs all of a file in one call", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const config = "packages: [nginx, curl vim, [git, 1.2], 'libstdc++', {apt: [x]}]";
  assertEquals((await guest.run(itemsOf(config, "alpine"))).code, 0);
  assertEquals(await calls(guest), "apk add nginx curl vim git=1.2 libstdc++");
  assertEquals((await guest.run(itemsOf(config, "openwrt"))).code, 0);
  assertEquals(await calls(guest), "opkg update\nopkg install nginx curl vim git libstdc++");
});

Deno.test("packages brings apt's lists up to date only where there are none", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const items = itemsOf("packages: [nginx]");
  assertEquals((await guest.run(items)).code, 0);
  assertEquals(await calls(guest), `${APT} update\n${APT} install nginx`);
  await guest.sh("mkdir -p /var/lib/apt/lists; touch /var/lib/apt/lists/x_Packages.lz4");
  assertEquals((await guest.run(items)).code, 0);
  assertEquals(await calls(guest), `${APT} install nginx`);
});

Deno.test("packages tries a package that is not found once more with new lists", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const { code, output } = await guest.run(itemsOf("packages: [a, no-such-b]", "alpine"));
  assertEquals(code, 1);
  assertEquals(await calls(guest), "apk add a no-such-b\napk update\napk add a no-such-b");
  assertStringIncludes(output, "once more, with new package lists");
});

Deno.test("package_update and package_upgrade come before packages", needsRoot, async () => {
  await using guest = await Guest.tiny();
  assertEquals((await guest.run(itemsOf("packages: [a]\npackage_upgrade: yes", "alpine"))).code, 0);
  assertEquals(await calls(guest), "apk update\napk upgrade\napk add a");
});
