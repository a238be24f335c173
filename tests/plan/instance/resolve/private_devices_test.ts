import { assertEquals } from "@std/assert";
import { privateDevices, removableConfig } from "../../../../lib/plan/instance/resolve/private_devices.ts";

const NONE = { type: "none" };

Deno.test("privateDevices() gives an instance no device of the host, from any profile", () => {
  const root = { type: "disk", path: "/", pool: "default" };
  assertEquals(
    privateDevices({
      root: { ...root, size: "5GiB" },
      data: { type: "disk", path: "/data", source: "/srv" },
      web: { type: "proxy", listen: "tcp:0.0.0.0:80", connect: "tcp:127.0.0.1:80" },
    }, {
      other: root,
      gpu: { type: "gpu" },
      home: { type: "disk", path: "/home", pool: "default", source: "home" },
      agent: { type: "disk", source: "agent:config" },
    }),
    { gpu: NONE, home: NONE, root: { ...root, size: "5GiB" }, data: NONE, web: NONE },
  );
});

Deno.test("privateDevices() gives NICs no address that another instance may have", () => {
  const nic = { type: "nic", network: "lxdbr0" };
  assertEquals(
    privateDevices({ eth0: { ...nic, "ipv4.address": "10.0.0.2" } }, {
      eth1: nic,
      eth2: { ...nic, hwaddr: "10:66:6a:00:00:01" },
    }),
    { eth0: nic, eth2: nic },
  );
});

Deno.test("removableConfig() lets the instance be removed, and nothing start or keep it", () => {
  const config = {
    "security.protection.delete": "true",
    "security.nesting": "true",
    "boot.autostart": "true",
  };
  assertEquals(removableConfig({ ...config, "snapshots.schedule": "@daily" }), {
    "security.protection.delete": "false",
    "snapshots.schedule": "",
    "boot.autostart": "false",
  });
  assertEquals(removableConfig({ "security.protection.delete": "false" }), {});
});
